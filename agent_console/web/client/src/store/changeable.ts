/**
 * Which messages this agent may change now (S19, J34).
 *
 * The rights come with the row, for it is made for each agent; what the network can with its inbox; the writer with
 * the message. A message is sent out once for all agents, so nothing on it can say what one of them may do.
 */
import type { Caps, Message, Row } from "../api/types.ts";
import { inboxOf, me } from "./session.ts";
import { may } from "./verbs.ts";

export function isOwn(message: Message): boolean {
  return message.author.kind === "agent" && message.author.id === me.value.id;
}

/** Nobody but the team sees a note: no network has to do with it. */
function networkCan(row: Row, message: Message, what: keyof Pick<Caps, "edits" | "deletes">): boolean {
  if (message.kind === "note") return true;
  return message.kind === "outgoing" && inboxOf(row.conversation.inbox)?.capabilities[what] === true;
}

const mayWrite = (row: Row, message: Message): boolean => may(row, message.kind === "note" ? "note" : "reply");

/** What has not all gone out cannot be changed where it went. */
function hasGoneOut({ kind, mark }: Message): boolean {
  return kind === "note" || mark?.of === "edit" || mark?.state === "sent" || mark?.state === "delivered" || mark?.state === "read";
}

export function mayEdit(row: Row, message: Message): boolean {
  if (message.deleted || !isOwn(message) || !may(row, "edit_message")) return false;
  return mayWrite(row, message) && networkCan(row, message, "edits") && hasGoneOut(message);
}

export function mayDelete(row: Row, message: Message): boolean {
  if (message.deleted || !networkCan(row, message, "deletes")) return false;
  return may(row, "delete_any_message") || (isOwn(message) && may(row, "delete_message") && mayWrite(row, message));
}
