import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { t, type Key } from "../i18n/index.ts";
import type { Level } from "../store/calling.ts";
import { askForDesktop, desktopState } from "../store/desktop.ts";
import { savePreferences } from "../store/preferences.ts";
import { current, prefs, settings } from "../store/session.ts";
import { listenTo, TUNES, type Tune } from "../store/sound.ts";
import { complain } from "../store/verbs.ts";
import { muted, repeats, wishes } from "../store/wishes.ts";
import { IconButton } from "./button.tsx";
import { Bell } from "./icons.ts";
import { Choice, Group, save, Switch, Toggle } from "./settings-parts.tsx";

const LEVELS: readonly Level[] = ["all", "teams", "mine", "nothing"];

/** What the agent is told of: by level, by who writes, by channel, by shift. */
export function ToldOf(): VNode {
  const { level } = wishes.value;
  const levels = LEVELS.map((one) => ({ value: one, label: t(`settings.level.${one}`) }));
  return (
    <Group title={t("settings.toldOf")}>
      <Choice name="level" label={t("settings.level")} value={level} options={levels} choose={(value) => save({ level: value as Level })} />
      <Wish name="customers" label="settings.customers" />
      <Wish name="colleagues" label="settings.colleagues" hint="settings.colleagues.hint" />
      <Wish name="notes" label="settings.notes" hint="settings.notes.hint" />
      <Wish name="quiet_off_shift" label="settings.quietOffShift" />
      {current.value.inboxes.length > 1 && <Inboxes />}
    </Group>
  );
}

type WishName = "customers" | "colleagues" | "notes" | "quiet_off_shift";

/** Theirs where they have chosen, else the company's. */
function Wish({ name, label, hint }: { name: WishName; label: Key; hint?: Key }): VNode {
  return <Toggle name={name} label={t(label)} hint={hint && t(hint)} checked={wishes.value[name]} change={(on) => save({ [name]: on })} />;
}

/** One switch a channel (D05). */
function Inboxes(): VNode {
  const off = muted.value;
  const change = (id: string, on: boolean): void => save({ muted: on ? off.filter((one) => one !== id) : [...off, id] });
  return (
    <div class="settings-list" role="group" aria-label={t("settings.inboxes")}>
      <p class="meta">{t("settings.inboxes")}</p>
      {current.value.inboxes.map(({ id, name }) => (
        <Toggle key={id} name={`inbox.${id}`} label={name} checked={!off.includes(id)} change={(on) => change(id, on)} />
      ))}
    </div>
  );
}

/** How they are told: what the company has switched off is not offered. */
export function Ways(): VNode {
  const allowed = settings.value.notify;
  return (
    <Group title={t("settings.notices")}>
      <Switch name="toasts" label="settings.toasts" />
      {allowed.sound && <Switch name="sound" label="settings.sound" />}
      {allowed.call_sound && <Switch name="call_sound" label="settings.callSound" hint="settings.callSound.hint" />}
      {(allowed.sound || allowed.call_sound) && <TuneChoice />}
      {allowed.sound && <Toggle name="repeat" label={t("settings.repeat")} checked={repeats.value} disabled={!prefs.value.sound} change={(on) => save({ repeat: on })} />}
      {allowed.title_flash && <Switch name="title_flash" label="settings.titleFlash" />}
      {allowed.desktop && <Desktop />}
      <Switch name="hide_text" label="settings.hideText" hint="settings.hideText.hint" />
    </Group>
  );
}

function TuneChoice(): VNode {
  const { tune } = prefs.value;
  const options = TUNES.map((one) => ({ value: one, label: t(`settings.tune.${one}`) }));
  const choose = (value: string): void => {
    save({ tune: value as Tune });
    listenTo(value as Tune, "message");
  };
  return (
    <Choice name="tune" label={t("settings.tune")} value={tune} options={options} choose={choose}>
      <IconButton icon={Bell} size={16} label={t("settings.tune.listen")} onClick={() => listenTo(tune, "message")} />
    </Choice>
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
