import type { VNode } from "preact";
import { useId, useState } from "preact/hooks";
import { t } from "../i18n/index.ts";
import { fold } from "../lib/fold.ts";
import { Tag } from "./tag.tsx";

/** `note` stands beside the label: a count. */
export type Choice = { id: string; label: string; color?: string | undefined; note?: string };

type Props = {
  label: string;
  choices: readonly Choice[];
  chosen: ReadonlySet<string>;
  toggle: (id: string, on: boolean) => void;
  disabled?: boolean;
  /** One is chosen, instead of the one before. */
  single?: boolean;
  autoFocus?: boolean;
};

/** A box to type into, and what it leaves of several things to choose from; arrows and Enter choose. */
export function PickList({ label, choices, chosen, toggle, disabled = false, single = false, autoFocus = false }: Props): VNode {
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const listId = useId();
  const wanted = fold(query.trim());
  const found = choices.filter((one) => wanted === "" || fold(one.label).includes(wanted));
  const at = Math.min(active, found.length - 1);
  const onKey = (event: KeyboardEvent): void => {
    if (event.isComposing || found.length === 0) return;
    if (event.key === "ArrowDown") setActive((at + 1) % found.length);
    else if (event.key === "ArrowUp") setActive((at - 1 + found.length) % found.length);
    else if (event.key === "Enter") toggle(found[at]!.id, !chosen.has(found[at]!.id));
    else return;
    event.preventDefault();
  };
  return (
    <div class="people pick">
      <input
        type="text"
        autocomplete="off"
        value={query}
        placeholder={t("pick.search")}
        aria-label={label}
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={found.length > 0 && !disabled ? `${listId}-${at}` : undefined}
        disabled={disabled}
        autoFocus={autoFocus}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKey}
      />
      <ul id={listId} role="listbox" aria-label={label} aria-multiselectable={!single} aria-disabled={disabled}>
        {found.map((one, index) => (
          <li
            key={one.id}
            id={`${listId}-${index}`}
            role="option"
            class={index === at && !disabled ? "active" : ""}
            aria-selected={chosen.has(one.id)}
            aria-disabled={disabled}
            data-choice={one.id}
            onPointerMove={() => setActive(index)}
            onClick={() => !disabled && toggle(one.id, !chosen.has(one.id))}
          >
            <span class="person">
              <input type={single ? "radio" : "checkbox"} checked={chosen.has(one.id)} disabled={disabled} tabIndex={-1} aria-hidden="true" readOnly />
              <span class="person-name" dir="auto">
                {one.color === undefined ? one.label : <Tag label={one.label} color={one.color} />}
              </span>
              {one.note !== undefined && <span class="meta">{one.note}</span>}
            </span>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="meta">{t("pick.none")}</p>}
    </div>
  );
}
