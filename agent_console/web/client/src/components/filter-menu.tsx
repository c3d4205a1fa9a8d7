import type { VNode } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Icon } from "@deskbridge/ui";
import { languageName, t } from "../i18n/index.ts";
import { desk } from "../store/desk.ts";
import { filterBy, filtered, filters, folder, resetFilters } from "../store/list.ts";
import { findAgain } from "../store/search.ts";
import { agents, current, me, settings } from "../store/session.ts";
import { complain } from "../store/verbs.ts";
import { Button } from "./button.tsx";
import { useLeave } from "./hooks.ts";
import { ListFilter, RotateCcw } from "./icons.ts";

type Option = { value: string; label: string };

const again = (work: Promise<void>): void => void work.then(findAgain).catch(complain);

/** Channel, assignee, language, closed ones too: each alone or together, over list and search alike. */
export function FilterMenu(): VNode {
  const [open, setOpen] = useState(false);
  const whole = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useLeave(whole, open, () => setOpen(false));
  useEffect(() => {
    if (open) whole.current?.querySelector("select")?.focus();
  }, [open]);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div ref={whole} class="filter">
      <button
        ref={button}
        type="button"
        class={`icon-btn ${filtered.value ? "active" : ""}`}
        aria-expanded={open}
        aria-label={t(filtered.value ? "filter.labelOn" : "filter.label")}
        data-tip={open ? undefined : t("filter.label")}
        onClick={() => setOpen(!open)}
      >
        <Icon of={ListFilter} size={18} />
        {filtered.value && <span class="rail-dot" aria-hidden="true" />}
      </button>
      {open && (
        <div
          class="filter-box"
          role="group"
          aria-label={t("filter.label")}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            close();
          }}
        >
          <Fields />
        </div>
      )}
    </div>
  );
}

function Fields(): VNode {
  const { inbox, assignee, language, with_closed } = filters.value;
  const inboxes = current.value.inboxes.map((one) => ({ value: one.id, label: one.name }));
  return (
    <>
      <Choice label={t("filter.channel")} value={inbox} options={inboxes} choose={(value) => again(filterBy({ inbox: value }))} />
      <Choice label={t("filter.assignee")} value={assignee} options={assignees()} choose={(value) => again(filterBy({ assignee: value }))} />
      <Choice label={t("filter.language")} value={language} options={languages()} choose={(value) => again(filterBy({ language: value }))} />
      {folder.value === "all" && (
        <label class="check">
          <input type="checkbox" checked={with_closed ?? false} onChange={(event) => again(filterBy({ with_closed: event.currentTarget.checked }))} />
          {t("filter.withClosed")}
        </label>
      )}
      <Button icon={RotateCcw} disabled={!filtered.value} onClick={() => again(resetFilters())}>
        {t("filter.reset")}
      </Button>
    </>
  );
}

function assignees(): Option[] {
  const { id } = me.value;
  const others = agents.value.filter((agent) => agent.id !== id && !agent.retired).map((agent) => ({ value: agent.id, label: agent.name }));
  return [{ value: id, label: t("filter.me") }, ...others];
}

/** The console's own languages and whatever else customers here speak. */
function languages(): Option[] {
  const spoken = [...desk.value.rows.values()].flatMap(({ value }) => value.conversation.language ?? []);
  const tags = [...new Set([...settings.value.locales, ...spoken])];
  return tags.map((tag) => ({ value: tag, label: languageName(tag) }));
}

type ChoiceProps = { label: string; value: string | undefined; options: readonly Option[]; choose: (value: string | undefined) => void };

function Choice({ label, value, options, choose }: ChoiceProps): VNode {
  const id = useId();
  return (
    <div class="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value ?? ""} onChange={(event) => choose(event.currentTarget.value === "" ? undefined : event.currentTarget.value)}>
        <option value="">{t("filter.any")}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}
