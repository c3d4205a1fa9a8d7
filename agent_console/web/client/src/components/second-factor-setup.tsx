import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { ApiError } from "@deskbridge/ui";
import { confirmSecondFactor, setUpSecondFactor } from "../api/endpoints.ts";
import type { ToLearn } from "../api/types.ts";
import { p } from "../i18n/pages/index.ts";
import { underAnotherCookie } from "../store/live.ts";
import { held } from "../store/ui.ts";
import { copyText } from "../store/verbs.ts";
import { errorText } from "../store/words.ts";
import { Button } from "./button.tsx";
import { focusOnMount } from "./hooks.ts";
import { Copy } from "./icons.ts";
import { Problem } from "./sign-in.tsx";

/** The way to a second factor: a secret for the app, a first code of it, and the codes for when the phone is lost. */
export function SecondFactorSetup({ done }: { done: () => void }): VNode {
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  return codes ? <RecoveryCodes codes={codes} done={done} /> : <Learn confirmed={setCodes} />;
}

function Learn({ confirmed }: { confirmed: (codes: readonly string[]) => void }): VNode {
  const [told, setTold] = useState<ToLearn | null>(null);
  const [code, setCode] = useState("");
  const [trouble, setTrouble] = useState<string | null>(null);
  const failed = (error: unknown): void => {
    if (!(error instanceof ApiError)) throw error;
    setTrouble(errorText(error));
  };
  useEffect(() => void setUpSecondFactor().then(setTold).catch(failed), []);
  const confirm = (): void => {
    setTrouble(null);
    const confirming = async (): ReturnType<typeof confirmSecondFactor> => {
      // Once it is sent the codes are made: the sheet stays for them.
      held.value = true;
      const made = await confirmSecondFactor(code).catch((error: unknown) => {
        held.value = false;
        throw error;
      });
      confirmed(made.recovery_codes);
      return made;
    };
    void underAnotherCookie(confirming).catch(failed);
  };
  return (
    <form
      class="stack"
      data-factor="setup"
      onSubmit={(event) => {
        event.preventDefault();
        confirm();
      }}
    >
      {told && <Secret of={told} />}
      {told && (
        <label class="field">
          <span>{p("factor.code")}</span>
          <input ref={focusOnMount} name="code" value={code} required inputMode="numeric" autocomplete="one-time-code" maxLength={10} dir="ltr" onInput={(event) => setCode(event.currentTarget.value)} />
        </label>
      )}
      <Problem text={trouble} />
      {told && (
        <Button type="submit" tone="go" class="block">
          {p("factor.confirm")}
        </Button>
      )}
    </form>
  );
}

function Secret({ of: { secret, qr } }: { of: ToLearn }): VNode {
  return (
    <>
      <p>{p("factor.scan")}</p>
      <svg class="invite-qr" viewBox={`-4 -4 ${qr.size + 8} ${qr.size + 8}`} role="img" aria-label={p("factor.qr")}>
        <path d={qr.path} shape-rendering="crispEdges" />
      </svg>
      <p class="field">
        <span>{p("factor.letters")}</span>
        <code class="secret" dir="ltr">
          {secret.replace(/(.{4})(?=.)/g, "$1 ")}
        </code>
      </p>
      <Button icon={Copy} onClick={() => void copyText(secret, "toast.copied")}>
        {p("factor.copyLetters")}
      </Button>
    </>
  );
}

/** The recovery codes, this once: a sheet that has them stays until it is said that they are kept. */
export function RecoveryCodes({ codes, done }: { codes: readonly string[]; done: () => void }): VNode {
  useLayoutEffect(() => {
    held.value = true;
    return () => void (held.value = false);
  }, []);
  return (
    <div class="stack" data-factor="codes">
      <h3 ref={focusOnMount} tabIndex={-1}>
        {p("factor.codesTitle")}
      </h3>
      <p>{p("factor.codes")}</p>
      <ul class="recovery-codes" dir="ltr">
        {codes.map((one) => (
          <li key={one}>
            <code>{one}</code>
          </li>
        ))}
      </ul>
      <div class="form-buttons wrap">
        <Button icon={Copy} onClick={() => void copyText(codes.join("\n"), "toast.copied")}>
          {p("factor.copyCodes")}
        </Button>
        <Button tone="go" onClick={done}>
          {p("factor.kept")}
        </Button>
      </div>
    </div>
  );
}
