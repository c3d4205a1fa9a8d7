import type { VNode } from "preact";
import { NONE, OTHER } from "../api/endpoints.ts";
import type { ReportQuery } from "../api/pages.ts";
import { languageName, LOCALES } from "../i18n/index.ts";
import { p } from "../i18n/pages/index.ts";
import { tagLabel, tags, topicLabel, topics } from "../store/labels.ts";
import { has } from "../store/pages.ts";
import { agents, current, settings } from "../store/session.ts";
import { teamName } from "../store/team-names.ts";
import { all, Select, type Choice } from "./page.tsx";

const PERIODS = ["1", "7", "30"] as const;
type Change = (change: ReportQuery) => void;

const named = (ids: Iterable<string>, label: (id: string) => string): Choice[] => [...ids].map((value) => ({ value, label: label(value) }));

/** The period, and what the report is narrowed by. */
export function ReportFilters({ query, onChange }: { query: ReportQuery; onChange: Change }): VNode {
  const pick = (name: keyof ReportQuery, label: string, choices: readonly Choice[]): VNode | null =>
    choices.length === 0 ? null : <Select name={name} label={label} value={query[name] ?? ""} choices={all(choices)} onPick={(value) => onChange({ [name]: value })} />;
  const without = (label: string): Choice => ({ value: NONE, label });
  const withNone = (choices: readonly Choice[], none: readonly Choice[]): Choice[] => (choices.length === 0 ? [] : [...choices, ...none]);
  return (
    <div class="filter-fields" role="group" aria-label={p("period.label")}>
      <PeriodFields query={query} onChange={onChange} />
      {pick("inbox", p("filter.inbox"), current.value.inboxes.map(({ id, name }) => ({ value: id, label: name })))}
      {pick("team", p("filter.team"), withNone(named(settings.value.teams.map(({ id }) => id), teamName), [without(p("none.teams"))]))}
      {has("reports") && pick("agent", p("filter.agent"), [...agents.value.map(({ id, name }) => ({ value: id, label: name })), without(p("none.agents"))])}
      {pick("topic", p("filter.topic"), withNone(named(topics.value.keys(), topicLabel), [{ value: OTHER, label: p("none.other") }, without(p("none.topics"))]))}
      {pick("tag", p("filter.tag"), withNone(named(tags.value.keys(), tagLabel), [without(p("none.tags"))]))}
      {pick("language", p("filter.language"), named(LOCALES, languageName))}
    </div>
  );
}

function PeriodFields({ query, onChange }: { query: ReportQuery; onChange: Change }): VNode {
  const custom = query.since !== undefined;
  const choices = [...PERIODS.map((value) => ({ value, label: p(`period.${value}`) })), { value: "custom", label: p("period.custom") }];
  const choose = (value: string): void => {
    if (value !== "custom") return onChange({ days: value, since: undefined, until: undefined });
    const today = new Date().toISOString().slice(0, 10);
    onChange({ since: today, until: today });
  };
  return (
    <>
      <Select name="period" label={p("period.label")} value={custom ? "custom" : (query.days ?? "7")} choices={choices} onPick={choose} />
      {custom && <DayField name="since" label={p("period.from")} query={query} onChange={onChange} />}
      {custom && <DayField name="until" label={p("period.to")} query={query} onChange={onChange} />}
    </>
  );
}

function DayField({ name, label, query, onChange }: { name: "since" | "until"; label: string; query: ReportQuery; onChange: Change }): VNode {
  const change = (day: string): void => {
    if (day === "") return;
    // From a later day to an earlier one there is nothing: the other end follows.
    const other = name === "since" ? "until" : "since";
    const turned = name === "since" ? day > (query.until ?? day) : day < (query.since ?? day);
    onChange(turned ? { [name]: day, [other]: day } : { [name]: day });
  };
  return (
    <label class="field">
      <span>{label}</span>
      <input type="date" name={name} value={query[name] ?? ""} required onChange={(event) => change(event.currentTarget.value)} />
    </label>
  );
}
