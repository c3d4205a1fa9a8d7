/** A thread as the items it is drawn from: pure, so that grouping and dividers can be tested without a screen. */
import { dayOf } from "@deskbridge/ui";
import type { Message } from "../api/types.ts";
import type { Unsent } from "./outbox.ts";

export type Item =
  | { kind: "start"; key: string }
  | { kind: "day"; key: string; at: number }
  | { kind: "unread"; key: string }
  | { kind: "event"; key: string; message: Message }
  | { kind: "message"; key: string; message: Message; first: boolean }
  | { kind: "pending"; key: string; unsent: Unsent; first: boolean };

const ONE_GROUP = 5 * 60_000;

type Voice = { who: string; at: number };

export type Source = {
  messages: readonly Message[];
  pending: readonly Unsent[];
  /** The last message that was read before the conversation was opened; Infinity when there was nothing unread. */
  readUpTo: number;
  complete: boolean;
  myId: string;
};

/** `first` says that a message begins a group: another voice than before, or the same one after a while. */
export function timeline({ messages, pending, readUpTo, complete, myId }: Source): Item[] {
  const items: Item[] = complete ? [{ kind: "start", key: "start" }] : [];
  let day = Number.NaN;
  let divided = false;
  let last: Voice | null = null;
  const newDay = (at: number): void => {
    if (dayOf(at) === day) return;
    day = dayOf(at);
    last = null;
    items.push({ kind: "day", key: `day-${day}`, at });
  };
  const begins = (voice: Voice): boolean => {
    const first = last === null || last.who !== voice.who || voice.at - last.at > ONE_GROUP;
    last = voice;
    return first;
  };
  for (const message of messages) {
    newDay(message.at);
    if (!divided && message.kind === "incoming" && message.id > readUpTo) {
      divided = true;
      last = null;
      items.push({ kind: "unread", key: "unread" });
    }
    if (message.kind === "activity") {
      last = null;
      items.push({ kind: "event", key: `m${message.id}`, message });
    } else {
      const who = `${message.kind}:${message.author.kind}:${message.author.id ?? ""}`;
      items.push({ kind: "message", key: message.client_id ?? `m${message.id}`, message, first: begins({ who, at: message.at }) });
    }
  }
  for (const unsent of pending) {
    newDay(unsent.at);
    const who = `${unsent.kind === "note" ? "note" : "outgoing"}:agent:${myId}`;
    items.push({ kind: "pending", key: unsent.client_id, unsent, first: begins({ who, at: unsent.at }) });
  }
  return items;
}

/** Where a message stands; what a flood holds stands behind its line, which came with the first of it. */
export function indexOfMessage(items: readonly Item[], id: number): number {
  const index = items.findIndex((item) => (item.kind === "message" || item.kind === "event") && item.message.id === id);
  return index >= 0 ? index : items.findLastIndex((item) => item.kind === "event" && item.message.flood !== undefined && item.message.id <= id + 1);
}
