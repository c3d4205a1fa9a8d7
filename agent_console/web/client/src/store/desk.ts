/** The one signal that holds the state, and the ways it changes. */
import { computed, signal } from "@preact/signals";
import type { ChangesFrame, Folders, Message, Row } from "../api/types.ts";
import { newest, nextStamp } from "./fresh.ts";
import { emptyState, keepRows, keepThreads, rowOf, withChanges, withMessages, withoutConversations, withRows, withThread } from "./state.ts";
import type { Thread } from "./thread.ts";

export const desk = signal(emptyState);
export const folders = signal<Folders | null>(null);
export const unreadTotal = computed(() => folders.value?.unread_total ?? 0);

const THREADS_KEPT = 12;
let recent: readonly number[] = [];

export function applyChanges(frame: ChangesFrame): void {
  desk.value = withChanges(desk.value, frame, nextStamp());
}

export function applyRows(rows: readonly Row[], stamp: number): void {
  desk.value = withRows(desk.value, rows, stamp);
}

/** What became of a conversation by what was done: its row now, or none where it is out of sight. */
export function applyRow(id: number, row: Row | null, stamp: number): void {
  desk.value = row ? withRows(desk.value, [row], stamp) : withoutConversations(desk.value, [id], nextStamp());
}

export function applyMessages(messages: readonly Message[], stamp: number): void {
  desk.value = withMessages(desk.value, messages, stamp);
}

export function changeThread(id: number, change: (thread: Thread) => Thread): void {
  desk.value = withThread(desk.value, id, change);
}

/** Marks a thread as in use, so that the socket's messages are kept for it from now on. */
export function touchThread(id: number): void {
  recent = [id, ...recent.filter((other) => other !== id)].slice(0, THREADS_KEPT);
  changeThread(id, (thread) => thread);
  desk.value = keepThreads(desk.value, recent);
}

const isNewest = newest();

/** Shows the counters, as they were told of or asked for at this stamp. */
export function setFolders(next: Folders, stamp: number): void {
  if (isNewest(stamp)) folders.value = next;
}

export function forgetEverything(): void {
  recent = [];
  desk.value = emptyState;
  folders.value = null;
}

/** Forgets all messages but those of the conversation that is open. */
export function forgetThreads(open: number | null): void {
  recent = recent.filter((id) => id === open);
  desk.value = keepThreads(desk.value, recent);
}

/** Forgets the rows that were neither told of nor loaded since this stamp, but that of the conversation that is open. */
export function forgetRowsBefore(stamp: number, open: number | null): void {
  desk.value = keepRows(desk.value, stamp, open);
}

/** A change that is ours and certain enough to show before the server has confirmed it. */
export function patchRow(id: number, change: (row: Row) => Row): void {
  const row = rowOf(desk.value, id);
  if (row) applyRows([change(row)], nextStamp());
}

export function getRow(id: number): Row | undefined {
  return rowOf(desk.value, id);
}
