/** The calls of the pages beside the conversations, and their shapes. */
import { api, withQuery } from "./http.ts";
import type { ChannelHealth, OpenSession } from "./types.ts";

export const TABLES = ["agents", "teams", "inboxes", "topics", "tags", "days"] as const;
export type TableId = (typeof TABLES)[number];
export type Counted = "opened" | "reopened" | "closed" | "missed" | "blocked" | "incoming" | "outgoing" | "automatic";
/** Lengths in ms; `in_time` counts those within the maximum wait, where there is one. */
export type Times = { count: number; median: number | null; ninety: number | null; in_time: number | null };
export type Timed = "first_answers" | "further_answers" | "closings";
export type Figures = Record<Counted, number> & Record<Timed, Times> & { ratings: number; rating: number | null };
export type Line = { key: string; figures: Figures };
export type Comment = { conversation: number; customer: string | null; agent: string | null; at: number; score: number; scale: number; comment: string };
export type Report = {
  since: string;
  until: string;
  timezone: string;
  max_wait: number | null;
  scale: number | null;
  total: Figures;
  tables: Record<TableId | "hours", Line[]>;
  scores: { scale: number; score: number; number: number }[];
  comments: Comment[];
};

/** So many days until today, or from one day to another; and what narrows it. */
export type ReportQuery = { [name in "days" | "since" | "until" | "inbox" | "team" | "agent" | "topic" | "tag" | "language"]?: string | undefined };

export const getReport = (query: ReportQuery, signal: AbortSignal) => api<Report>("GET", withQuery("/api/reports", query), undefined, signal);
export const exportUrl = (query: ReportQuery, table: TableId | "ratings"): string => withQuery("/api/reports/export", { ...query, table });

export type Act = {
  id: number;
  at: number;
  agent: string | null;
  action: string;
  subject: string | null;
  surface: string;
  address: string | null;
  detail: Record<string, unknown>;
};
export type TrailQuery = { agent?: string; action?: string; since?: number; until?: number };

export const getTrail = (query: TrailQuery, before: number | null, signal: AbortSignal) =>
  api<{ acts: Act[]; actions: string[]; next: number | null }>("GET", withQuery("/api/audit", { ...query, before }), undefined, signal);
export const trailUrl = (query: TrailQuery): string => withQuery("/api/audit/export", query);

export type ChannelState = { health: ChannelHealth; waiting: number; oldest: number | null; failed: number; uncertain: number; quarantined: number };
export type DeadKind = "event" | "delivery" | "post" | "call";
/** One thing that did not arrive; `wire`, asked for alone, has no word of anybody's. */
export type DeadItem = {
  id: string;
  kind: DeadKind;
  where: string;
  state: "set_aside" | "failed" | "uncertain";
  what: string;
  why: string;
  said: string | null;
  times: number;
  first_at: number;
  at: number;
  size: number | null;
  conversation: number | null;
  message: number | null;
  retried: number | null;
  asked: boolean;
  can_retry: boolean;
};
export type DeskState = {
  version: string;
  python: string;
  database: string;
  database_size: number;
  media_free: number;
  media_total: number;
  sessions: number;
  file: string | null;
  hash: string;
  warnings: { where: string; message: string; help: string }[];
  keys: { key: string; value: string; where: string | null }[];
  steps: { id: string; done: boolean }[];
};

export const getChannelStates = (signal: AbortSignal) => api<ChannelState[]>("GET", "/api/operations/channels", undefined, signal);
export const getDead = (query: { kind: DeadKind | undefined; inbox: string | undefined; limit: number }, signal: AbortSignal) =>
  api<{ items: DeadItem[]; more: boolean }>("GET", withQuery("/api/operations/dead", query), undefined, signal);
export const getDeadItem = (id: string) => api<{ item: DeadItem; wire: unknown }>("GET", `/api/operations/dead/${id}`);
export const retryDead = (id: string) => api<null>("POST", `/api/operations/dead/${id}/retry`, {});
export const dropDead = (id: string) => api<null>("DELETE", `/api/operations/dead/${id}`);
export const getDeskState = (signal: AbortSignal) => api<DeskState>("GET", "/api/operations/desk", undefined, signal);

/** Since when an agent has a second factor, and how many recovery codes are left. */
export type FactorOf = { agent: string; since: number; recovery_left: number };
export const getFactors = (signal: AbortSignal) => api<FactorOf[]>("GET", "/api/second-factors", undefined, signal);
export const deleteFactorOf = (agent: string) => api<void>("DELETE", `/api/agents/${encodeURIComponent(agent)}/second-factor`);

export const getSessions = (signal: AbortSignal) => api<OpenSession[]>("GET", "/api/sessions", undefined, signal);
export const deleteSession = (id: number) => api<void>("DELETE", `/api/sessions/${id}`);
/** Ends every session of an agent, but for the one that asks. */
export const deleteSessionsOf = (agent: string) => api<void>("DELETE", `/api/agents/${encodeURIComponent(agent)}/sessions`);
