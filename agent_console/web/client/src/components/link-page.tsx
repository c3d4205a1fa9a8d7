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
import { CodeField } from "./code-field.tsx";
import { focusOnMount } from "./hooks.ts";
import { Door, Problem } from "./sign-in.tsx";

type Found = { kind: "sign_in" | "password" | "oidc"; agent: { id: string; name: string } };

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

type Consuming = { code: VNode | null; trouble: string | null; setTrouble: (text: string | null) => void; busy: boolean; consume: (password?: string) => Promise<void> };

/** Uses the link up; where its agent has a second factor, `code` asks for one of its codes first. */
function useConsuming(token: string): Consuming {
  const [code, setCode] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const consume = async (password?: string): Promise<void> => {
    setBusy(true);
    setTrouble(null);
    try {
      const session = await useLink({ token, ...(password !== undefined && { password }), ...(code !== null && { code }) });
      dropFragment();
      await enter(session);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "code_required") setCode("");
      else setTrouble(errorText(error));
      setBusy(false);
    }
  };
  const writeCode = (text: string): void => {
    setCode(text);
    setTrouble(null);
  };
  return { code: code === null ? null : <CodeField value={code} onInput={writeCode} />, trouble, setTrouble, busy, consume };
}

function EnterByLink({ token, name }: { token: string; name: string }): VNode {
  const { code, trouble, busy, consume } = useConsuming(token);
  return (
    <Door title={t("link.hello", { name })}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void consume();
        }}
      >
        <p class="meta">{t("link.once")}</p>
        {code}
        <Problem text={trouble} />
        <Button type="submit" tone="go" class="block" disabled={busy}>
          {t("link.signInAs", { name })}
        </Button>
      </form>
    </Door>
  );
}

function SetPassword({ token, name }: { token: string; name: string }): VNode {
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const { code, trouble, setTrouble, busy, consume } = useConsuming(token);
  const submit = async (): Promise<void> => {
    if (password !== again) return setTrouble(t("link.differ"));
    await consume(password);
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
        {code}
        <Problem text={trouble} />
        <Button type="submit" tone="go" class="block" disabled={busy}>
          {t("link.save")}
        </Button>
      </form>
    </Door>
  );
}
