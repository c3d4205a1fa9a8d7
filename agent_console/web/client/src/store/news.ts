/** Which changes are news to an agent, and of what kind: pure. Whether they are told of it is decided in calling.ts. */
import type { ChangesFrame, Message, Row } from "../api/types.ts";
import type { Kind } from "./calling.ts";

export type News = { row: Row; message: Message; kind: Kind };

/** What a tab shows: the conversation or the chat with colleagues open in it, and whether its window has the focus. */
export type View = { open: number | null; chat: number | null; focused: boolean };
export type Looked = "open" | "chat";

/**
 * The new messages of a frame: later than `after` (an edit of an old message is no news), not this agent's own, and
 * not read elsewhere already; and what automations have this agent told.
 */
export function newsOf(frame: ChangesFrame, known: (id: number) => Row | undefined, after: number, myId: string): News[] {
  const rows = new Map(frame.rows.map((row) => [row.conversation.id, row]));
  const news: News[] = [];
  for (const message of frame.messages) {
    const row = rows.get(message.conversation_id) ?? known(message.conversation_id);
    const kind = kindOf(message, myId);
    if (!row || kind === null || message.id <= after || row.mark.message_id >= message.id) continue;
    if (kind !== "customer" || row.conversation.state === "open") news.push({ row, message, kind });
  }
  return news;
}

/** Null: nothing that anybody is told of. */
function kindOf(message: Message, myId: string): Kind | null {
  const { kind, author, mentions, activity } = message;
  if (kind === "incoming") return "customer";
  if (kind === "activity") return activity && (isHandedTo(activity, myId) || isToldTo(activity, myId) || isBackWith(activity, myId)) ? "handed" : null;
  if (author.kind !== "agent" || author.id === myId || message.deleted) return null;
  if (kind === "outgoing") return "colleague";
  return mentions?.includes(myId) ? "mention" : "note";
}

/** Whether an automation has this agent told something (O28). */
export function isToldTo({ verb, data }: NonNullable<Message["activity"]>, myId: string): boolean {
  const told = verb === "notified" ? data["agents"] : null;
  return Array.isArray(told) && told.includes(myId);
}

/** Somebody, or a rule, gives this agent the conversation, or takes them into it. */
function isHandedTo({ verb, data }: NonNullable<Message["activity"]>, myId: string): boolean {
  if (data["by"] === myId) return false;
  return (verb === "assigned" && data["to"] === myId) || (verb === "participant_added" && data["agent"] === myId);
}

/** Whether the time has come of what this agent has, and had put off. */
export function isBackWith({ verb, data }: NonNullable<Message["activity"]>, myId: string): boolean {
  return verb === "unsnoozed" && data["reason"] === "time" && data["to"] === myId;
}

/** Whether somebody is looking at this conversation, or chat, in that tab right now. */
export function looksAt(view: View, id: number, as: Looked = "open"): boolean {
  return view.focused && view[as] === id;
}

export function highest(frame: ChangesFrame, before: number): number {
  return frame.messages.reduce((high, message) => Math.max(high, message.id), before);
}
