import type { Message, MessagePage } from "../api/types.ts";
import { merge, since, type Known } from "./fresh.ts";

/**
 * What is known of one conversation's messages, and the stretch of ids that is known without gaps: from `lo` (0 when
 * the beginning is loaded) to `hi` (Infinity when the live end is). Messages outside it are kept but not shown until a
 * page closes the gap, so nothing that the socket brings during a load is lost.
 */
export type Thread = { readonly known: Known<Message>; readonly lo: number; readonly hi: number; readonly loaded: boolean };

export const emptyThread: Thread = { known: new Map(), lo: 0, hi: 0, loaded: false };

const idOf = (message: Message): number => message.id;

/** A first page, or a jump elsewhere: the stretch becomes that page's. */
export function openAt(thread: Thread, page: MessagePage, stamp: number): Thread {
  const known = merge(thread.known, page.messages, idOf, stamp);
  return { known, lo: lowEnd(page, 0), hi: highEnd(page, Infinity), loaded: true };
}

/** Without the messages that were neither told of nor loaded since this stamp. */
export function knownSince(thread: Thread, stamp: number): Thread {
  return { ...thread, known: since(thread.known, stamp) };
}

export function addBefore(thread: Thread, page: MessagePage, stamp: number): Thread {
  return { ...thread, known: merge(thread.known, page.messages, idOf, stamp), lo: lowEnd(page, 0) };
}

export function addAfter(thread: Thread, page: MessagePage, stamp: number): Thread {
  return { ...thread, known: merge(thread.known, page.messages, idOf, stamp), hi: highEnd(page, Infinity) };
}

/** What the socket (or an answer to a send) brought. */
export function learn(thread: Thread, messages: readonly Message[], stamp: number): Thread {
  const known = merge(thread.known, messages, idOf, stamp);
  return known === thread.known ? thread : { ...thread, known };
}

export function shown(thread: Thread): Message[] {
  if (!thread.loaded) return [];
  const messages: Message[] = [];
  for (const { value } of thread.known.values()) {
    if (value.id >= thread.lo && value.id <= thread.hi) messages.push(value);
  }
  return messages.sort((a, b) => a.id - b.id);
}

export const hasBefore = (thread: Thread): boolean => thread.loaded && thread.lo > 0;
export const hasAfter = (thread: Thread): boolean => thread.loaded && thread.hi !== Infinity;

function lowEnd(page: MessagePage, whole: number): number {
  return page.has_before ? (page.messages[0]?.id ?? whole) : whole;
}

function highEnd(page: MessagePage, whole: number): number {
  return page.has_after ? (page.messages.at(-1)?.id ?? whole) : whole;
}
