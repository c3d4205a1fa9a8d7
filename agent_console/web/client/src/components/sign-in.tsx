import type { ComponentChildren, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError, Icon } from "@deskbridge/ui";
import { beginElsewhere, getWays, signIn } from "../api/endpoints.ts";
import { isKey, LOCALE_NAMES, LOCALES, locale, speak, t } from "../i18n/index.ts";
import { enter } from "../store/boot.ts";
import { dropFragment, problemCode } from "../store/route.ts";
import { errorText } from "../store/words.ts";
import { Button } from "./button.tsx";
import { CodeField } from "./code-field.tsx";
import { focusOnMount } from "./hooks.ts";
import { Bridge } from "./icons.ts";

/** Name, password, and a code where the account has one. Password managers and pasting are welcome. */
export function SignIn(): VNode {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [asksCode, setAsksCode] = useState(false);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);

  const writeCode = (text: string): void => {
    setCode(text);
    setTrouble(null);
  };
  const submit = async (): Promise<void> => {
    setBusy(true);
    setTrouble(null);
    try {
      await enter(await signIn({ login: login.trim(), password, ...(asksCode && { code }) }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "code_required") setAsksCode(true);
      else setTrouble(errorText(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Door title={t("signIn.title")}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label class="field">
          <span>{t("signIn.login")}</span>
          <input name="username" ref={focusOnMount} value={login} required autocomplete="username" autocapitalize="none" spellcheck={false} onInput={(event) => setLogin(event.currentTarget.value)} />
        </label>
        <label class="field">
          <span>{t("signIn.password")}</span>
          <input name="password" type="password" value={password} required autocomplete="current-password" onInput={(event) => setPassword(event.currentTarget.value)} />
        </label>
        {asksCode && <CodeField value={code} onInput={writeCode} />}
        <Problem text={trouble} />
        <Button type="submit" tone="go" class="block" disabled={busy}>
          {t(busy ? "signIn.busy" : "signIn.submit")}
        </Button>
      </form>
      <SingleSignOn />
    </Door>
  );
}

/** The way by an identity provider, where there is one; and why it let nobody in the last time. */
function SingleSignOn(): VNode | null {
  const [name, setName] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState(refusedElsewhere);
  useEffect(() => {
    dropFragment();
    // Without an answer there is still the password.
    getWays().then(({ oidc }) => setName(oidc)).catch(() => undefined);
  }, []);
  const begin = async (): Promise<void> => {
    setBusy(true);
    setTrouble(null);
    try {
      location.assign((await beginElsewhere()).url);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setTrouble(errorText(error));
      setBusy(false);
    }
  };
  if (name === null) return null;
  return (
    <div class="stack" data-way="oidc">
      <Problem text={trouble} />
      <Button class="block" disabled={busy} onClick={() => void begin()}>
        {t("signIn.elsewhere", { name })}
      </Button>
    </div>
  );
}

function refusedElsewhere(): string | null {
  const code = problemCode(location.hash);
  if (code === null) return null;
  const key = `error.${code}`;
  return t(isKey(key) ? key : "error.oidc_failed");
}

export function Problem({ text }: { text: string | null }): VNode {
  return (
    <p class="problem" role="alert">
      {text}
    </p>
  );
}

/** The frame of the pages before one is signed in. */
export function Door({ title, children }: { title: string; children: ComponentChildren }): VNode {
  return (
    <main class="door">
      <div class="door-card">
        <div class="brand">
          <Icon of={Bridge} size={30} />
          <span>Deskbridge</span>
        </div>
        <h1>{title}</h1>
        {children}
      </div>
      <select class="door-language" aria-label={t("settings.language")} value={locale.value} onChange={(event) => void speak(event.currentTarget.value as (typeof LOCALES)[number])}>
        {LOCALES.map((one) => (
          <option key={one} value={one}>
            {LOCALE_NAMES[one]}
          </option>
        ))}
      </select>
    </main>
  );
}
