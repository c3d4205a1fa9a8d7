/** Opening a conversation, loading its pages, and what counts as having read it. */
import { computed, signal } from "@preact/signals";
import { ApiError } from "@deskbridge/ui";
import { getConversation, getMessages, markRead, markUnread, type Where } from "../api/endpoints.ts";
import type { Contact, Message, MessagePage, Row, Visit } from "../api/types.ts";
import { serverNow } from "./clock.ts";
import { applyRow, applyRows, changeThread, desk, getRow, patchRow, touchThread } from "./desk.ts";
import { differs, fetchDrafts } from "./drafts.ts";
import { nextStamp } from "./fresh.ts";
import { unread } from "./order.ts";
import { route } from "./route.ts";
import { addAfter, addBefore, emptyThread, hasAfter, hasBefore, knownSince, learn, openAt, shown, type Thread } from "./thread.ts";

const PAGE = 60;

/** Where the thread should stand: at the first unread, at the end, or at a message that was searched for. */
export type Aim = { conversation: number; message: number | null; highlight: boolean; nonce: number };

export type VisitNow = { visit: Visit; at: number };
/** `stamp` is of when it was asked for or, of a contact that was edited here, when that was kept. */
export type Detail = { contact: Contact; visit: VisitNow | null; stamp: number };

export const openId = computed(() => route.value.conversation);
export const openRow = computed(() => (openId.value === null ? undefined : desk.value.rows.get(openId.value)?.value));
export const aim = signal<Aim | null>(null);
/** The last message that had been read when the conversation was opened; the divider stays below it. */
export const divider = signal<{ conversation: number; after: number } | null>(null);
export const details = signal<ReadonlyMap<number, Detail>>(new Map());
export const trouble = signal<ApiError | null>(null);
/** The open conversation that was just marked unread: it is not read again by merely being on the screen. */
export const quiet = signal<number | null>(null);

/** The conversation whose thread the agent has scrolled away from its end. */
export const scrolledUp = signal<number | null>(null);
/** The open conversation that went out of sight: what was shown of it is no longer the agent's to see. */
export const lost = signal<number | null>(null);
/** What is really on the screen of the open conversation, for colleagues. */
export const shownId = computed(() => (lost.value === openId.value ? null : openId.value));

let nonce = 0;

export function threadOf(id: number): Thread {
  return desk.value.threads.get(id) ?? emptyThread;
}

export function aimAt(conversation: number, message: number | null, highlight = false): void {
  nonce += 1;
  aim.value = { conversation, message, highlight, nonce };
}

/**
 * Loads a conversation. `message`: where to stand, for a search hit; else the first unread or, with nothing unread or
 * `atEnd`, the end.
 */
export async function open(id: number, message?: number, atEnd = false): Promise<void> {
  trouble.value = null;
  quiet.value = null;
  lost.value = null;
  touchThread(id);
  try {
    if (!getRow(id)) await loadDetail(id);
    else void loadDetail(id).catch(report);
    void fetchDrafts(id).catch(report);
    const row = getRow(id);
    if (!row || openId.peek() !== id) return;
    const readUpTo = atEnd ? null : readOf(row);
    divider.value = { conversation: id, after: readUpTo ?? Infinity };
    await standAt(id, message ?? null, readUpTo);
  } catch (error) {
    report(error);
  }
}

/**
 * Loads what is open again, in place of what was known of it before this stamp, which stays until then; who stood at
 * its end stays there, and who has scrolled up reads on where no message can have been `missed`. Raises ApiError where
 * the server is away.
 */
export async function reopen(stamp: number, missed: boolean): Promise<void> {
  const id = openId.peek();
  details.value = new Map([...details.value].filter(([known]) => known === id));
  if (id === null) return;
  touchThread(id);
  try {
    await loadDetail(id);
    const readsOn = !missed && scrolledUp.peek() === id && lost.peek() !== id && threadOf(id).loaded;
    if (lost.peek() === id && getRow(id)) lost.value = null;
    void fetchDrafts(id).catch(report);
    const row = getRow(id);
    if (row && !readsOn) await readAfresh(id, stamp, scrolledUp.peek() === id ? readOf(row) : null);
  } catch (error) {
    if (!(error instanceof ApiError) || error.passing) throw error;
    if (error.status !== 404) return report(error);
    applyRow(id, null, nextStamp());
    lose(id);
  }
}

async function readAfresh(id: number, stamp: number, readUpTo: number | null): Promise<void> {
  await loadPage(id, around(readUpTo), (thread, page, asked) => openAt(knownSince(thread, stamp), page, asked));
  if (openId.peek() !== id) return;
  if (readUpTo !== null) divider.value = { conversation: id, after: readUpTo };
  aimAtUnread(id, readUpTo);
}

/** The last message that was read, where something came after it. */
const readOf = (row: Row): number | null => (unread(row) > 0 ? row.mark.message_id : null);

/** A conversation is out of sight. If it is open, its place is taken by a word of why. */
export function lose(id: number): void {
  details.value = new Map([...details.value].filter(([known]) => known !== id));
  if (openId.peek() === id) lost.value = id;
}

function report(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
  if (error.status !== 401) trouble.value = error;
}

async function standAt(id: number, message: number | null, readUpTo: number | null): Promise<void> {
  const thread = threadOf(id);
  if (message !== null) {
    if (!shown(thread).some((one) => one.id === message)) await loadPage(id, { around: message }, openAt);
    return aimAt(id, message, true);
  }
  const covered = thread.loaded && !hasAfter(thread) && (readUpTo === null || thread.lo <= readUpTo);
  if (!covered) await loadPage(id, around(readUpTo), openAt);
  aimAtUnread(id, readUpTo);
}

const around = (readUpTo: number | null): Where => (readUpTo === null ? {} : readUpTo === 0 ? { after: 0 } : { around: readUpTo });

function aimAtUnread(id: number, readUpTo: number | null): void {
  const first = readUpTo === null ? undefined : firstUnread(shown(threadOf(id)), readUpTo);
  aimAt(id, first?.id ?? null);
}

export function firstUnread(messages: readonly Message[], readUpTo: number): Message | undefined {
  return messages.find((message) => message.kind === "incoming" && message.id > readUpTo);
}

type Place = (thread: Thread, page: MessagePage, stamp: number) => Thread;

async function loadPage(id: number, where: Where, place: Place): Promise<void> {
  const stamp = nextStamp();
  const page = await getMessages(id, where, PAGE);
  changeThread(id, (thread) => place(thread, page, stamp));
}

const loadingPages = new Set<string>();

async function once(name: string, run: () => Promise<void>): Promise<void> {
  if (loadingPages.has(name)) return;
  loadingPages.add(name);
  try {
    await run();
  } catch (error) {
    report(error);
  } finally {
    loadingPages.delete(name);
  }
}

/** A page of a stretch that is shown no more, since the thread was loaded afresh meanwhile. */
const learnPage: Place = (thread, page, stamp) => learn(thread, page.messages, stamp);

export async function loadEarlier(id: number): Promise<void> {
  const thread = threadOf(id);
  const place: Place = (now, page, stamp) => (now.lo === thread.lo ? addBefore : learnPage)(now, page, stamp);
  if (hasBefore(thread)) await once(`before.${id}`, () => loadPage(id, { before: thread.lo }, place));
}

export async function loadLater(id: number): Promise<void> {
  const thread = threadOf(id);
  const place: Place = (now, page, stamp) => (now.hi === thread.hi ? addAfter : learnPage)(now, page, stamp);
  if (hasAfter(thread)) await once(`after.${id}`, () => loadPage(id, { after: thread.hi }, place));
}

export async function goToMessage(id: number, message: number): Promise<void> {
  await once(`around.${id}`, () => standAt(id, message, null));
}

export async function goToEnd(id: number): Promise<void> {
  if (hasAfter(threadOf(id))) await once(`end.${id}`, () => loadPage(id, {}, openAt));
  aimAt(id, null);
}

export async function loadDetail(id: number): Promise<void> {
  const stamp = nextStamp();
  const { row, contact, visit } = await getConversation(id);
  applyRows([row], stamp);
  if ((details.value.get(id)?.stamp ?? 0) > stamp) return;
  details.value = new Map(details.value).set(id, { contact, visit: visit && { visit, at: serverNow() }, stamp });
}

/** What the open conversation's side panel shows is asked for again when the server says that it changed. */
export function refreshDetail(contacts: readonly number[], visits: readonly number[]): void {
  const id = openId.peek();
  const row = openRow.peek();
  if (id === null || !row) return;
  if (visits.includes(id) || contacts.includes(row.conversation.contact.id)) void loadDetail(id).catch(report);
  if (differs(row)) void fetchDrafts(id).catch(report);
}

/** What was last said to be seen: what is said to be unseen afterwards must not overtake it. */
let seeing: Promise<unknown> = Promise.resolve();

/** The agent has seen everything up to the end of the thread. */
export async function seen(id: number): Promise<void> {
  const row = getRow(id);
  const last = shown(threadOf(id)).at(-1);
  if (!row || !last || unread(row) === 0 || hasAfter(threadOf(id))) return;
  const before = row.mark;
  const marking = markRead(id, last.id);
  seeing = marking.catch(() => undefined);
  patchRow(id, (now) => ({ ...now, mark: { seen: now.conversation.incoming_count, message_id: last.id } }));
  try {
    await marking;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    patchRow(id, (now) => ({ ...now, mark: before }));
  }
}

/** Unread again, only for me; from a message on, or the last one. */
export async function unsee(id: number, message?: number): Promise<void> {
  quiet.value = id;
  await seeing;
  await markUnread(id, message);
  const stamp = nextStamp();
  const { row } = await getConversation(id);
  applyRows([row], stamp);
}

/** Read without opening it, from the list. */
export async function seenFromList(id: number): Promise<void> {
  const last = getRow(id)?.conversation.last?.message_id;
  if (last === undefined) return;
  patchRow(id, (now) => ({ ...now, mark: { seen: now.conversation.incoming_count, message_id: last } }));
  await markRead(id, last);
}

/** A contact that was just edited here. */
export function setContact(contact: Contact): void {
  const [next, stamp] = [new Map(details.value), nextStamp()];
  for (const [id, detail] of next) if (detail.contact.id === contact.id) next.set(id, { ...detail, contact, stamp });
  details.value = next;
}
