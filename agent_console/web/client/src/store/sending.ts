/** Sends what is in the outbox: in order within a conversation, at once when it can, again when the network is back. */
import { signal } from "@preact/signals";
import { ApiError, Backoff, uuid } from "@deskbridge/ui";
import { postMessage, type NewMessage } from "../api/endpoints.ts";
import { serverNow } from "./clock.ts";
import { applyMessages, applyRow } from "./desk.ts";
import { draftCleared } from "./drafts.ts";
import { nextStamp } from "./fresh.ts";
import { change, enqueue, nextOf, remove, waitingConversations, type Outbox, type Unsent } from "./outbox.ts";
import { mentionsIn } from "./mentions.ts";
import { agents, me } from "./session.ts";
import { onStored, readStored, store } from "./storage.ts";

export const outbox = signal<Outbox>([]);

const sending = new Map<number, Promise<void>>();
const whenStored = new Map<string, () => void>();
const settling = new Map<string, Promise<void>>();
const backoff = new Backoff();
let retry: ReturnType<typeof setTimeout> | undefined;
let kept = true;

const key = (): string => `outbox.${me.peek().id}`;

/** localStorage is the truth, since other tabs change it too; memory only where the browser stores nothing. */
function update(edit: (box: Outbox) => Outbox): void {
  const present = kept ? (readStored<Outbox>(key()) ?? []) : outbox.peek();
  const next = edit(present);
  kept = store(key(), next);
  outbox.value = next;
}

export function openOutbox(): () => void {
  outbox.value = readStored<Outbox>(key()) ?? [];
  sendAll();
  return onStored(key(), () => {
    outbox.value = readStored<Outbox>(key()) ?? [];
  });
}

export type Written = Pick<Unsent, "conversation_id" | "kind" | "text" | "attachments" | "reply_to" | "draft_revision">;

/** Shows the message at once, with a clock, and sends it. `stored` runs once the server has it. `revision` tells the draft's revision once a running save has ended. */
export function sendMessage(written: Written, revision?: Promise<number | null>, stored?: () => void): string {
  const item: Unsent = { ...written, client_id: uuid(), at: serverNow(), refused: null };
  update((box) => enqueue(box, item));
  if (stored) whenStored.set(item.client_id, stored);
  if (revision) settling.set(item.client_id, settle(item.client_id, revision));
  void pump(item.conversation_id);
  return item.client_id;
}

async function settle(clientId: string, revision: Promise<number | null>): Promise<void> {
  const draft_revision = await revision;
  update((box) => change(box, clientId, { draft_revision }));
}

export function sendAgain(clientId: string): void {
  update((box) => change(box, clientId, { refused: null }));
  sendAll();
}

export function discard(clientId: string): void {
  update((box) => remove(box, clientId));
}

export function sendAll(): void {
  clearTimeout(retry);
  for (const id of waitingConversations(outbox.peek())) void pump(id);
}

async function pump(conversationId: number): Promise<void> {
  if (sending.has(conversationId)) return;
  const run = alone(`${key()}.${conversationId}`, () => sendInTurn(conversationId)).finally(() => sending.delete(conversationId));
  sending.set(conversationId, run);
  await run;
}

/** Ends when what was written in a conversation has gone, or cannot go at present; nothing if there is none. */
export function beingSent(conversationId: number): Promise<void> | undefined {
  return sending.get(conversationId);
}

/** One tab at a time, where the browser has locks (they need a secure page); elsewhere the client_id guards alone. */
async function alone(name: string, run: () => Promise<void>): Promise<void> {
  if (navigator.locks) await navigator.locks.request(`deskbridge.${name}`, run);
  else await run();
}

async function sendInTurn(conversationId: number): Promise<void> {
  for (;;) {
    const box = kept ? (readStored<Outbox>(key()) ?? []) : outbox.peek();
    const waiting = nextOf(box, conversationId);
    if (!waiting) return;
    await settling.get(waiting.client_id);
    settling.delete(waiting.client_id);
    const item = outbox.peek().find((other) => other.client_id === waiting.client_id) ?? waiting;
    if (!(await post(item))) return;
  }
}

/** Whether the next one may go. */
async function post(item: Unsent): Promise<boolean> {
  const stamp = nextStamp();
  try {
    const answer = await postMessage(item.conversation_id, body(item));
    applyMessages([answer.message], stamp);
    applyRow(item.conversation_id, answer.row, stamp);
    update((box) => remove(box, item.client_id));
    if (item.draft_revision !== null) draftCleared(item.conversation_id, item.kind, item.draft_revision);
    backoff.reset();
    whenStored.get(item.client_id)?.();
    whenStored.delete(item.client_id);
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.passing || error.status === 401) {
      clearTimeout(retry);
      retry = setTimeout(sendAll, backoff.next());
      return false;
    }
    const refused = { code: error.code, message: error.message, detail: error.detail };
    update((box) => change(box, item.client_id, { refused }));
    return true;
  }
}

function body(item: Unsent): NewMessage {
  return {
    client_id: item.client_id,
    kind: item.kind,
    text: item.text,
    ...(item.attachments.length > 0 && { attachments: item.attachments.map((attachment) => attachment.id) }),
    ...(item.reply_to && { reply_to: item.reply_to.id }),
    ...(item.kind === "note" && { mentions: mentionsIn(item.text, agents.peek(), me.peek().id) }),
    ...(item.draft_revision !== null && { draft_revision: item.draft_revision }),
  };
}
