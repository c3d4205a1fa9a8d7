import type { VNode } from "preact";
import { useId } from "preact/hooks";
import { NONE, OTHER } from "../api/endpoints.ts";
import { languageName, t } from "../i18n/index.ts";
import { desk, folders } from "../store/desk.ts";
import { teamFilterWords, topicFilterWords } from "../store/filter-words.ts";
import { tags, topics } from "../store/labels.ts";
import { filtered, filters, folder, sort, sortBy } from "../store/list.ts";
import { narrow, widen } from "../store/narrow.ts";
import { agents, current, me, settings } from "../store/session.ts";
import { offeredStatuses, statuses, statusLabel } from "../store/statuses.ts";
import { closeDialog, dialog } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { BotFilter } from "./bot-filter.tsx";
import { Button } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";
import { BookmarkPlus, RotateCcw } from "./icons.ts";
import { sortName } from "./list-pane.tsx";
import { TagFilter } from "./tag-filter.tsx";

type Option = { value: string; label: string };

/** The order of the list, and what it is narrowed to: each alone or together, over list and search alike (S27, S31). */
export function FiltersDialog(): VNode {
  const on = filters.value;
  const inboxes = current.value.inboxes.map((one) => ({ value: one.id, label: one.name }));
  return (
    <DialogBox title={t("filter.title")} class="filters">
      <SortChoice />
      <div class="filter-fields">
        <Choice label={t("filter.assignee")} value={on.assignee} options={assignees()} choose={(assignee) => narrow({ assignee })} />
        <Choice label={t("filter.channel")} value={on.inbox} options={inboxes} choose={(inbox) => narrow({ inbox })} />
        {teams().length > 1 && <Choice label={t("filter.team")} value={on.team} options={teams()} choose={(team) => narrow({ team })} />}
        {topics.value.size > 0 && <Choice label={t("filter.topic")} value={on.topic} options={topicOptions()} choose={(topic) => narrow({ topic })} />}
        {offeredStatuses.value.length > 0 && <Choice label={t("status.name")} value={on.has_status} options={givenStatuses()} choose={narrowToStatus} />}
        <Choice label={t("filter.language")} value={on.language} options={languages()} choose={(language) => narrow({ language })} />
        <Choice label={t("filter.lastBy")} value={on.last_by} options={lastBy()} choose={(value) => narrow({ last_by: value as typeof on.last_by })} />
        {folder.value === "all" && <Choice label={t(offeredStatuses.value.length > 0 ? "filter.state" : "filter.status")} value={on.status} any="filter.status.open" options={states()} choose={(value) => narrow({ status: value as typeof on.status })} />}
      </div>
      <BotFilter />
      {tags.value.size > 0 && <TagFilter />}
      <div class="form-buttons">
        <Button icon={RotateCcw} disabled={!filtered.value} onClick={widen}>
          {t("filter.reset")}
        </Button>
        <Button icon={BookmarkPlus} onClick={() => (dialog.value = { kind: "view", view: null })}>
          {t("views.keep")}
        </Button>
        <Button tone="go" onClick={closeDialog}>
          {t("filter.done")}
        </Button>
      </div>
    </DialogBox>
  );
}

const ALL_SORTS = ["processing", "activity", "oldest", "newest"];

/** Processing order needs a time limit; without one it is shown, but says why it cannot be chosen. */
function SortChoice(): VNode {
  const offered = current.value.sorts;
  const shown = ALL_SORTS.filter((id) => offered.includes(id) || (id === "processing" && settings.value.max_wait === null));
  return (
    <fieldset class="filter-sorts">
      <legend>{t("sort.short")}</legend>
      {shown.map((id) => (
        <label key={id} class="check">
          <input type="radio" name="sort" value={id} checked={sort.value === id} disabled={!offered.includes(id)} onChange={() => void sortBy(id).catch(complain)} />
          <span>
            {sortName(id)}
            {!offered.includes(id) && <small class="meta"> {t("sort.needsLimit")}</small>}
          </span>
        </label>
      ))}
    </fieldset>
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
  const known = [...new Set([...settings.value.locales, ...spoken])];
  return known.map((tag) => ({ value: tag, label: languageName(tag) }));
}

/** Those whose conversations the agent may see, and none. */
function teams(): Option[] {
  const ids = [...(folders.value?.teams ?? []).map(({ id }) => id), NONE];
  return ids.map((value) => ({ value, label: teamFilterWords(value) }));
}

function topicOptions(): Option[] {
  const ids = [...topics.value.keys(), ...(settings.value.other_topic ? [OTHER] : []), NONE];
  return ids.map((value) => ({ value, label: topicFilterWords(value) }));
}

const givenStatuses = (): Option[] => offeredStatuses.value.map(({ id }) => ({ value: id, label: statusLabel(id) }));

/** One that only closed ones have is looked for among these, too. */
function narrowToStatus(has_status: string | undefined): void {
  const isClosed = has_status !== undefined && statuses.value.get(has_status)?.kind === "closed";
  narrow({ has_status, ...(isClosed && { status: "any" as const }) });
}

const lastBy = (): Option[] => (["customer", "agent"] as const).map((value) => ({ value, label: t(`filter.lastBy.${value}`) }));
const states = (): Option[] => (["closed", "any"] as const).map((value) => ({ value, label: t(`filter.status.${value}`) }));

type ChoiceProps = {
  label: string;
  value: string | undefined;
  options: readonly Option[];
  /** What it is called when nothing is chosen. */
  any?: "filter.any" | "filter.status.open";
  choose: (value: string | undefined) => void;
};

function Choice({ label, value, options, any = "filter.any", choose }: ChoiceProps): VNode {
  const id = useId();
  return (
    <div class="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value ?? ""} onChange={(event) => choose(event.currentTarget.value === "" ? undefined : event.currentTarget.value)}>
        <option value="">{t(any)}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}
