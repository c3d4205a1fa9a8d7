import type { ComponentChildren, VNode } from "preact";
import { useId } from "preact/hooks";
import type { Preferences } from "../api/types.ts";
import { t, type Key } from "../i18n/index.ts";
import { savePreferences } from "../store/preferences.ts";
import { prefs } from "../store/session.ts";
import { complain } from "../store/verbs.ts";

/** Preferences that are on or off, whatever the company has. */
type Switches = { [K in keyof Preferences]: Preferences[K] extends boolean ? K : never }[keyof Preferences];

/** Kept on the server as soon as it is changed, and shown in every other tab and browser of the agent's. */
export const save = (part: Partial<Preferences>): void => void savePreferences(part).catch(complain);

export function Group({ title, children }: { title: string; children: ComponentChildren }): VNode {
  return (
    <fieldset class="settings-group">
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

export type Option = { value: string; label: string };
type ChoiceProps = { name: string; label: string; value: string; options: readonly Option[]; choose: (value: string) => void; children?: ComponentChildren };

export function Choice({ name, label, value, options, choose, children }: ChoiceProps): VNode {
  const id = useId();
  return (
    <div class="setting">
      <label htmlFor={id}>{label}</label>
      {children}
      <select id={id} name={name} value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

export function Switch({ name, label, hint }: { name: Switches; label: Key; hint?: Key }): VNode {
  return <Toggle name={name} label={t(label)} hint={hint === undefined ? undefined : t(hint)} checked={prefs.value[name]} change={(on) => save({ [name]: on })} />;
}

type ToggleProps = { name: string; label: string; hint?: string | undefined; checked: boolean; disabled?: boolean; change: (on: boolean) => void };

export function Toggle({ name, label, hint, checked, disabled = false, change }: ToggleProps): VNode {
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
