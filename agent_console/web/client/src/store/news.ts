/** Which changes are worth an agent's attention: pure rules, D09 and D10 among them. */
import type { ChangesFrame, Message, Row } from "../api/types.ts";

export type News = { row: Row; message: Message };

/** What a tab shows: the conversation open in it, and whether its window has the focus. */
export type View = { open: number | null; focused: boolean };

/**
 * The customers' new messages of a frame that concern this agent: in conversations nobody has taken, or in their own,
 * later than `after` (an edit of an old message is no news), and not read elsewhere already; and what automations have
 * `me` told.
 */
export function newsOf(frame: ChangesFrame, known: (id: number) => Row | undefined, after: number, me = ""): News[] {
  const rows = new Map(frame.rows.map((row) => [row.conversation.id, row]));
  const news: News[] = [];
  for (const message of frame.messages) {
    const row = rows.get(message.conversation_id) ?? known(message.conversation_id);
    if (!row || message.id <= after) continue;
    if (message.kind === "incoming" ? concerns(row, message) : isNotice(message, me)) news.push({ row, message });
  }
  return news;
}

/** Whether an automation has this agent told something (O28). */
export function isNotice({ activity }: Message, me: string): boolean {
  const told = activity?.verb === "notified" ? activity.data["agents"] : null;
  return Array.isArray(told) && told.includes(me);
}

function concerns(row: Row, message: Message): boolean {
  const { state, assignee } = row.conversation;
  return state === "open" && (assignee === null || row.mine) && row.mark.message_id < message.id;
}

/** Whether somebody is looking at this conversation in that tab right now. */
export function looksAt(view: View, conversation: number): boolean {
  return view.focused && view.open === conversation;
}

export function highest(frame: ChangesFrame, before: number): number {
  return frame.messages.reduce((high, message) => Math.max(high, message.id), before);
}
