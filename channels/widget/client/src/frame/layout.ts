import { dayOf } from "@deskbridge/ui";
import type { Outgoing } from "../shared/port.ts";
import type { WMessage } from "../shared/protocol.ts";

export type OwnMark = "queued" | "sent" | "read" | "failed";

export type Bubble = {
  kind: "bubble";
  key: string;
  own: boolean;
  /** First or last of a run of one author's messages. */
  first: boolean;
  last: boolean;
  at: number;
  author: string | undefined;
  mark: OwnMark | undefined;
  /** Whether time and mark stand under it: at the end of a run, and wherever the mark changes within one. */
  signed: boolean;
  message?: WMessage;
  item?: Outgoing;
};

export type Line =
  { kind: "day"; key: string; at: number } | { kind: "event"; key: string; message: WMessage } | Bubble;

const RUN = 5 * 60_000;

/** What stands in the log, line by line: day separators, events, and bubbles in runs. */
export function layOut(messages: WMessage[], queued: Outgoing[], readUpTo: number): Line[] {
  const lines: Line[] = [];
  let day: number | undefined;
  const turnDay = (at: number): void => {
    if (dayOf(at) === day) return;
    day = dayOf(at);
    lines.push({ kind: "day", key: `day-${day}`, at });
  };
  for (const message of messages) {
    turnDay(message.at);
    if (message.from === "system") lines.push({ kind: "event", key: `m-${message.id}`, message });
    else lines.push(stored(message, readUpTo));
  }
  for (const item of queued) {
    turnDay(item.at);
    lines.push(waiting(item));
  }
  return lines.map((line, at) => (line.kind === "bubble" ? inRun(line, lines[at - 1], lines[at + 1]) : line));
}

const LONE = { kind: "bubble", first: true, last: true, signed: true } as const;

function stored(message: WMessage, readUpTo: number): Bubble {
  const own = message.from === "visitor";
  const mark = own ? (message.id <= readUpTo ? "read" : "sent") : undefined;
  const key = message.client_id ?? `m-${message.id}`;
  return { ...LONE, key, own, at: message.at, author: message.author?.name, mark, message };
}

function waiting(item: Outgoing): Bubble {
  return { ...LONE, key: item.client_id, own: true, at: item.at, author: undefined, mark: item.state, item };
}

function inRun(bubble: Bubble, before: Line | undefined, after: Line | undefined): Bubble {
  const last = !goesOn(bubble, after);
  const signed = last || bubble.mark === "failed" || (after as Bubble).mark !== bubble.mark;
  return { ...bubble, first: !goesOn(bubble, before), last, signed };
}

function goesOn(bubble: Bubble, other: Line | undefined): boolean {
  if (other?.kind !== "bubble") return false;
  return other.own === bubble.own && other.author === bubble.author && Math.abs(other.at - bubble.at) < RUN;
}
