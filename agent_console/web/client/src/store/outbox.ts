/** Messages written here that the server has not confirmed yet: pure functions over a list that survives reloads. */
import type { Attachment, DraftKind, Message, Quoted } from "../api/types.ts";

export type Refusal = { code: string; message: string; detail: Record<string, unknown> };

export type Unsent = {
  /** A UUID. However often it is posted, by however many tabs, the server stores the message once. */
  client_id: string;
  conversation_id: number;
  kind: DraftKind;
  text: string;
  attachments: Attachment[];
  reply_to: Quoted | null;
  draft_revision: number | null;
  at: number;
  /** Why the server will not take it as it is; null while it waits for its turn. */
  refused: Refusal | null;
};

export type Outbox = readonly Unsent[];

export function enqueue(box: Outbox, item: Unsent): Outbox {
  return box.some((other) => other.client_id === item.client_id) ? box : [...box, item];
}

export function remove(box: Outbox, clientId: string): Outbox {
  return box.filter((item) => item.client_id !== clientId);
}

export function change(box: Outbox, clientId: string, part: Partial<Unsent>): Outbox {
  return box.map((item) => (item.client_id === clientId ? { ...item, ...part } : item));
}

/** The message to send next in a conversation: the oldest that was not refused, so that their order is kept. */
export function nextOf(box: Outbox, conversationId: number): Unsent | undefined {
  return box.find((item) => item.conversation_id === conversationId && item.refused === null);
}

export function waitingConversations(box: Outbox): number[] {
  return [...new Set(box.filter((item) => item.refused === null).map((item) => item.conversation_id))];
}

/** What to show below the stored messages: what is unsent and did not come back through the socket already. */
export function pendingOf(box: Outbox, conversationId: number, messages: readonly Message[]): Unsent[] {
  const stored = new Set(messages.map((message) => message.client_id));
  return box.filter((item) => item.conversation_id === conversationId && !stored.has(item.client_id));
}
