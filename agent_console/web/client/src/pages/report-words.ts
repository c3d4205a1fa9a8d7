/** What the lines and figures of a report are called. */
import { duration } from "@deskbridge/ui";
import { NONE, OTHER } from "../api/endpoints.ts";
import type { Line, Report, TableId, Times } from "../api/pages.ts";
import { locale } from "../i18n/index.ts";
import { p, type PageKey } from "../i18n/pages/index.ts";
import { tagLabel, topicLabel } from "../store/labels.ts";
import { agentName, inboxOf } from "../store/session.ts";
import { teamName } from "../store/team-names.ts";

const names: Record<TableId, (id: string) => string> = {
  agents: agentName,
  teams: teamName,
  inboxes: (id) => inboxOf(id)?.name ?? id,
  topics: topicLabel,
  tags: tagLabel,
  days: (day) => dayName(day),
};

/** A day as it is called there: the date is the desk's own, wherever its reader is. */
export function dayName(day: string, options: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "short" }): string {
  return new Intl.DateTimeFormat(locale.value, { ...options, timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

export function lineName(table: TableId, key: string): string {
  if (key === OTHER) return p("none.other");
  if (key === NONE) return p(`none.${table}` as PageKey);
  return names[table](key);
}

export const length = (ms: number | null): string => (ms === null ? "–" : duration(ms));

export function percent(part: number, of: number): string {
  return new Intl.NumberFormat(locale.value, { style: "percent" }).format(part / of);
}

export function number(value: number, digits = 0): string {
  return new Intl.NumberFormat(locale.value, { maximumFractionDigits: digits }).format(value);
}

/** How many of these came in time; nothing where no wait is too long or none came. */
export function inTime(times: Times, maxWait: number | null): string | null {
  if (times.in_time === null || maxWait === null || times.count === 0) return null;
  return p("reports.inTime", { percent: percent(times.in_time, times.count), limit: duration(maxWait) });
}

/** The lines of a table, the busiest first; days in their order. */
export function ordered(report: Report, table: TableId): Line[] {
  const lines = report.tables[table];
  if (table === "days") return lines;
  const weight = ({ figures }: Line): number => figures.opened + figures.closed + figures.outgoing + figures.incoming;
  return [...lines].sort((a, b) => weight(b) - weight(a));
}
