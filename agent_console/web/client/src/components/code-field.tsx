import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/index.ts";
import { Button } from "./button.tsx";
import { focusOnMount } from "./hooks.ts";

type Props = { value: string; onInput: (value: string) => void };

/** Asks for a code of the app or, from those who have no phone at hand, for a recovery code, which has letters. */
export function CodeField({ value, onInput }: Props): VNode {
  const [recovery, setRecovery] = useState(false);
  return (
    <>
      <label class="field">
        <span>{t(recovery ? "signIn.recovery" : "signIn.totp")}</span>
        <input
          key={String(recovery)}
          ref={focusOnMount}
          name="code"
          value={value}
          required
          inputMode={recovery ? "text" : "numeric"}
          autocomplete="one-time-code"
          autocapitalize="none"
          spellcheck={false}
          maxLength={recovery ? 40 : 10}
          dir="ltr"
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      </label>
      <Button
        tone="quiet"
        onClick={() => {
          onInput("");
          setRecovery(!recovery);
        }}
      >
        {t(recovery ? "signIn.useApp" : "signIn.useRecovery")}
      </Button>
    </>
  );
}
