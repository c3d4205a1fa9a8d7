import type { ComponentChildren, VNode } from "preact";
import { useId, useState } from "preact/hooks";
import { LOCALE_NAMES, LOCALES, t, type Key } from "../i18n/index.ts";
import type { Preferences } from "../api/types.ts";
import { askForDesktop, desktopState } from "../store/desktop.ts";
import { savePreferences } from "../store/preferences.ts";
import { me, prefs, session, settings } from "../store/session.ts";
import { complain } from "../store/verbs.ts";
import { DialogBox } from "./dialog.tsx";
import { TokenList } from "./token-list.tsx";

type Switches = { [K in keyof Preferences]: Preferences[K] extends boolean ? K : never }[keyof Preferences];

const save = (part: Partial<Preferences>): void => void savePreferences(part).catch(complain);

/** The agent's own preferences; each is kept on the server as soon as it is changed. */
export function SettingsSheet(): VNode {
  const allowed = settings.value.notify;
  return (
    <DialogBox title={t("settings.title")} class="settings">
      <p class="meta">{t("settings.signedIn", { name: me.value.name })}</p>
      <Group title={t("settings.look")}>
        <Choice name="theme" label={t("settings.theme")} value={prefs.value.theme} options={themes()} />
        <Choice name="density" label={t("settings.density")} value={prefs.value.density} options={densities()} />
        <Choice name="locale" label={t("settings.language")} value={prefs.value.locale} options={languages()} />
        <Switch name="keep_rail" label="settings.keepRail" hint="settings.keepRail.hint" />
      </Group>
      <Group title={t("settings.notices")}>
        <Switch name="toasts" label="settings.toasts" hint="settings.toasts.hint" />
        {allowed.sound && <Switch name="sound" label="settings.sound" />}
        {allowed.title_flash && <Switch name="title_flash" label="settings.titleFlash" />}
        {allowed.desktop && <Desktop />}
        <Switch name="hide_text" label="settings.hideText" hint="settings.hideText.hint" />
      </Group>
      <Group title={t("settings.writing")}>
        <Switch name="enter_sends" label="settings.enterSends" hint="settings.enterSends.hint" />
        <Switch name="single_keys" label="settings.singleKeys" hint="settings.singleKeys.hint" />
      </Group>
      <TokenList />
      <p class="meta version">Deskbridge {session.value?.version}</p>
    </DialogBox>
  );
}

function Group({ title, children }: { title: string; children: ComponentChildren }): VNode {
  return (
    <fieldset class="settings-group">
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

type Option = { value: string; label: string };

const themes = (): Option[] => [
  { value: "auto", label: t("theme.auto") },
  { value: "light", label: t("theme.light") },
  { value: "dark", label: t("theme.dark") },
];
const densities = (): Option[] => [
  { value: "comfortable", label: t("density.comfortable") },
  { value: "compact", label: t("density.compact") },
];
const languages = (): Option[] => [
  { value: "auto", label: t("settings.languageAuto") },
  ...LOCALES.filter((one) => settings.value.locales.includes(one)).map((one) => ({ value: one, label: LOCALE_NAMES[one] })),
];

function Choice({ name, label, value, options }: { name: "theme" | "density" | "locale"; label: string; value: string; options: Option[] }): VNode {
  const id = useId();
  return (
    <div class="setting">
      <label htmlFor={id}>{label}</label>
      <select id={id} name={name} value={value} onChange={(event) => save({ [name]: event.currentTarget.value } as Partial<Preferences>)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

function Switch({ name, label, hint }: { name: Switches; label: Key; hint?: Key }): VNode {
  return <Toggle name={name} label={t(label)} hint={hint === undefined ? undefined : t(hint)} checked={prefs.value[name]} change={(on) => save({ [name]: on })} />;
}

type ToggleProps = { name: string; label: string; hint?: string | undefined; checked: boolean; disabled?: boolean; change: (on: boolean) => void };

function Toggle({ name, label, hint, checked, disabled = false, change }: ToggleProps): VNode {
  const hintId = useId();
  return (
    <label class="setting">
      <span>
        {label}
        {hint !== undefined && (
          <small id={hintId} class="meta">
            {hint}
          </small>
        )}
      </span>
      <input type="checkbox" role="switch" name={name} checked={checked} disabled={disabled} aria-describedby={hint === undefined ? undefined : hintId} onChange={(event) => change(event.currentTarget.checked)} />
    </label>
  );
}

/** The browser asks for leave only after this click; if it was refused, only the browser's own settings can undo that. */
function Desktop(): VNode {
  const [state, setState] = useState(desktopState());
  const change = async (on: boolean): Promise<void> => {
    if (!on) return savePreferences({ desktop: false });
    const next = await askForDesktop();
    setState(next);
    if (next === "granted") await savePreferences({ desktop: true });
  };
  const hints: Partial<Record<typeof state, Key>> = { denied: "settings.desktop.denied", unsupported: "settings.desktop.unsupported" };
  const hint = hints[state] ?? "settings.desktop.hint";
  const possible = state !== "denied" && state !== "unsupported";
  return (
    <Toggle
      name="desktop"
      label={t("settings.desktop")}
      hint={t(hint)}
      checked={prefs.value.desktop && state === "granted"}
      disabled={!possible}
      change={(on) => void change(on).catch(complain)}
    />
  );
}
