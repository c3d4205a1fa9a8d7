import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "@deskbridge/ui";
import { peekLink, useLink } from "../api/endpoints.ts";
import { t } from "../i18n/index.ts";
import { enter } from "../store/boot.ts";
import { dropFragment, linkToken } from "../store/route.ts";
import { phase } from "../store/session.ts";
import { errorText } from "../store/words.ts";
import { Button } from "./button.tsx";
import { focusOnMount } from "./hooks.ts";
import { Door, Problem } from "./sign-in.tsx";

type Found = { kind: "sign_in" | "password"; agent: { id: string; name: string } };

const SHORTEST = 10;

/** A one-time link: it says whose it is, and is used up only by a press, so that a preview of the link costs nothing. */
export function LinkPage(): VNode {
  const [token] = useState(() => linkToken(location.hash) ?? "");
  const [found, setFound] = useState<Found | null>(null);
  const [dead, setDead] = useState<string | null>(null);
  useEffect(() => {
    peekLink(token)
      .then(setFound)
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        setDead(errorText(error));
      });
  }, [token]);
  if (dead !== null) return <DeadLink reason={dead} />;
  if (!found) return <Door title={t("link.checking")}>{null}</Door>;
  return found.kind === "password" ? <SetPassword token={token} name={found.agent.name} /> : <EnterByLink token={token} name={found.agent.name} />;
}

function DeadLink({ reason }: { reason: string }): VNode {
  return (
    <Door title={t("link.dead")}>
      <p>{reason}</p>
      <Button
        tone="go"
        class="block"
        onClick={() => {
          dropFragment();
          phase.value = "signed_out";
        }}
      >
        {t("link.toSignIn")}
      </Button>
    </Door>
  );
}

async function consume(token: string, password?: string): Promise<void> {
  const session = await useLink(password === undefined ? { token } : { token, password });
  dropFragment();
  await enter(session);
}

function EnterByLink({ token, name }: { token: string; name: string }): VNode {
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const press = async (): Promise<void> => {
    setBusy(true);
    await consume(token).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      setTrouble(errorText(error));
      setBusy(false);
    });
  };
  return (
    <Door title={t("link.hello", { name })}>
      <p class="meta">{t("link.once")}</p>
      <Problem text={trouble} />
      <Button tone="go" class="block" disabled={busy} onClick={() => void press()}>
        {t("link.signInAs", { name })}
      </Button>
    </Door>
  );
}

function SetPassword({ token, name }: { token: string; name: string }): VNode {
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [trouble, setTrouble] = useState<string | null>(null);
  const submit = async (): Promise<void> => {
    if (password !== again) return setTrouble(t("link.differ"));
    await consume(token, password).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      setTrouble(errorText(error));
    });
  };
  return (
    <Door title={t("link.setPassword", { name })}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label class="field">
          <span>{t("link.newPassword")}</span>
          <input name="password" type="password" value={password} required minLength={SHORTEST} ref={focusOnMount} autocomplete="new-password" onInput={(event) => setPassword(event.currentTarget.value)} />
          <small class="meta">{t("link.passwordHint", { n: SHORTEST })}</small>
        </label>
        <label class="field">
          <span>{t("link.repeat")}</span>
          <input name="repeat" type="password" value={again} required autocomplete="new-password" onInput={(event) => setAgain(event.currentTarget.value)} />
        </label>
        <Problem text={trouble} />
        <Button type="submit" tone="go" class="block">
          {t("link.save")}
        </Button>
      </form>
    </Door>
  );
}
