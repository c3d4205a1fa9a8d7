import type { Conversation, WaitHours } from "../api/types.ts";

export type WaitState = "plain" | "ok" | "soon" | "late" | "over";
export type Wait = { state: WaitState; elapsed: number; over: number };
/** From when until when somebody is there; null for always. */
export type Spans = readonly (readonly [number, number])[] | null;

/** The hours outside of which the wait in a conversation stands still: its team's or, where that has none, its inbox's. */
export function hoursOf({ team, inbox }: Pick<Conversation, "team" | "inbox">, known: WaitHours | null): Spans {
  if (known === null) return null;
  const id = (team === undefined ? undefined : known.teams[team]) ?? known.inboxes[inbox];
  return id === undefined ? null : (known.spans[id] ?? null);
}

/** How much of the time between two moments counts, in milliseconds. */
export function counted(since: number, until: number, hours: Spans): number {
  if (hours === null) return Math.max(0, until - since);
  return hours.reduce((sum, [start, end]) => sum + Math.max(0, Math.min(end, until) - Math.max(start, since)), 0);
}

export const isClosed = (at: number, hours: Spans): boolean => hours !== null && !hours.some(([start, end]) => start <= at && at < end);

/**
 * How bad it is that a customer has been waiting for so long (in milliseconds): ok below half of `maxWait`, soon from
 * 50 %, late from 80 %, over from 100 %. Without a limit it is only a time.
 */
export function waitOf(elapsed: number, maxWait: number | null): Wait {
  if (maxWait === null || maxWait <= 0) return { state: "plain", elapsed, over: 0 };
  const part = elapsed / maxWait;
  const state = part >= 1 ? "over" : part >= 0.8 ? "late" : part >= 0.5 ? "soon" : "ok";
  return { state, elapsed, over: Math.max(0, elapsed - maxWait) };
}
