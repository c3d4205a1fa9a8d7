import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError, fullTime } from "@deskbridge/ui";
import { getOwnFactor, renewRecoveryCodes, switchFactorOff } from "../api/endpoints.ts";
import type { OwnFactor } from "../api/types.ts";
import { locale, t } from "../i18n/index.ts";
import { p } from "../i18n/pages/index.ts";
import { underAnotherCookie } from "../store/live.ts";
import { complain } from "../store/verbs.ts";
import { errorText } from "../store/words.ts";
import { Button } from "./button.tsx";
import { CodeField } from "./code-field.tsx";
import { RecoveryCodes, SecondFactorSetup } from "./second-factor-setup.tsx";
import { Problem } from "./sign-in.tsx";

type Step = "standing" | "setup" | "codes" | "off";

/** The agent's own second factor: set up, given new recovery codes, switched off. */
export function OwnSecondFactor(): VNode | null {
  const [factor, setFactor] = useState<OwnFactor | null>(null);
  const [step, setStep] = useState<Step>("standing");
  const load = (): Promise<void> => getOwnFactor().then(setFactor).catch(complain);
  useEffect(() => void load(), []);
  const back = (): void => {
    setStep("standing");
    void load();
  };
  if (!factor || (factor.mode === "off" && factor.since === null)) return null;
  return (
    <fieldset class="settings-group" data-factor={factor.since === null ? "off" : "on"}>
      <legend>{p("factor.title")}</legend>
      {step === "standing" && <Standing of={factor} go={setStep} />}
      {step === "setup" && <SecondFactorSetup done={back} />}
      {step === "codes" && <NewCodes done={back} />}
      {step === "off" && <SwitchOff done={back} />}
    </fieldset>
  );
}

function Standing({ of: { since, recovery_left }, go }: { of: OwnFactor; go: (step: Step) => void }): VNode {
  if (since === null) {
    return (
      <>
        <p class="meta">{p("factor.off")}</p>
        <Button class="group-button" onClick={() => go("setup")}>
          {p("factor.setUp")}
        </Button>
      </>
    );
  }
  return (
    <>
      <p class="meta">{p("factor.since", { time: fullTime(since, locale.value), n: recovery_left })}</p>
      <div class="form-buttons wrap">
        <Button onClick={() => go("codes")}>{p("factor.newCodes")}</Button>
        <Button onClick={() => go("off")}>{p("factor.turnOff")}</Button>
      </div>
    </>
  );
}

function NewCodes({ done }: { done: () => void }): VNode {
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  if (codes) return <RecoveryCodes codes={codes} done={done} />;
  return <WithCode action={p("factor.newCodes")} cancel={done} call={(code) => renewRecoveryCodes(code).then((made) => setCodes(made.recovery_codes))} />;
}

function SwitchOff({ done }: { done: () => void }): VNode {
  return <WithCode action={p("factor.turnOff")} cancel={done} call={(code) => underAnotherCookie(() => switchFactorOff(code)).then(done)} />;
}

type WithCodeProps = { action: string; call: (code: string) => Promise<void>; cancel: () => void };

/** What wants a fresh code. */
function WithCode({ action, call, cancel }: WithCodeProps): VNode {
  const [code, setCode] = useState("");
  const [trouble, setTrouble] = useState<string | null>(null);
  const write = (text: string): void => {
    setCode(text);
    setTrouble(null);
  };
  const submit = (): void => {
    setTrouble(null);
    void call(code).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      setTrouble(errorText(error));
    });
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <CodeField value={code} onInput={write} />
      <Problem text={trouble} />
      <div class="form-buttons">
        <Button onClick={cancel}>{t("action.cancel")}</Button>
        <Button type="submit" tone="go">
          {action}
        </Button>
      </div>
    </form>
  );
}
