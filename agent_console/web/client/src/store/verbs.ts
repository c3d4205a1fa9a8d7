/** An agent's verbs, with what is said when they do not succeed. */
import { ApiError } from "@deskbridge/ui";
import * as server from "../api/endpoints.ts";
import type { BlockOrder, Message, Row, Verb } from "../api/types.ts";
import { t, type Key } from "../i18n/index.ts";
import { applyMessages, applyRow, getRow } from "./desk.ts";
import { nextStamp } from "./fresh.ts";
import { rows } from "./list.ts";
import { choosePresence } from "./presence.ts";
import { loadDetail, lose, openId } from "./reading.ts";
import { go } from "./route.ts";
import { beingSent } from "./sending.ts";
import { agentName, settings } from "./session.ts";
import { toast } from "./toasts.ts";
import { cursor, dialog, focusOn, type AfterClosing } from "./ui.ts";
import { contactName, errorText } from "./words.ts";

export function may(row: Row | undefined, verb: Verb): boolean {
  return row?.can.includes(verb) ?? false;
}

/** Tells why something was refused. Anything that is no refusal is a fault of ours and goes on to the console. */
export function complain(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 401) return;
  const text = error.requestId === undefined ? undefined : t("error.requestId", { id: error.requestId });
  const remedy = error.code === "offline" ? { action: { label: t("presence.goOnline"), run: () => void choosePresence("online").catch(complain) } } : {};
  toast({ tone: "error", title: errorText(error), ...remedy, ...(error.status >= 500 && text !== undefined && { text }) });
}

/**
 * Does what changes a row, and shows it as it is then; whether it was done. What was written before goes before: an
 * answer that arrives after the closing would open the conversation again.
 */
export async function carryOut(id: number, call: () => Promise<{ row: Row | null }>): Promise<boolean> {
  const before = beingSent(id);
  if (before) await before;
  const stamp = nextStamp();
  try {
    const { row } = await call();
    applyRow(id, row, stamp);
    if (row === null) lose(id);
    return true;
  } catch (error) {
    complain(error);
    if (error instanceof ApiError && error.status === 409) await loadDetail(id).catch(complain);
    return false;
  }
}

export function perform(id: number, verb: server.PlainVerb): Promise<boolean> {
  return carryOut(id, () => server.act(id, verb));
}

export async function assignTo(id: number, agent: string): Promise<boolean> {
  const done = await carryOut(id, () => server.assign(id, agent));
  if (done) toast({ tone: "info", title: t("toast.assigned", { name: agentName(agent) }) });
  return done;
}

export function addParticipants(id: number, agents: string[]): Promise<boolean> {
  return carryOut(id, () => server.addParticipants(id, agents));
}

export function removeParticipant(id: number, agent: string): Promise<boolean> {
  return carryOut(id, () => server.removeParticipant(id, agent));
}

/** Says what the conversation is about elsewhere. The form shows what is wrong with it, so that comes back. */
export async function linkItem(id: number, label: string, url: string | null): Promise<void> {
  const stamp = nextStamp();
  const { row } = await server.putItem(id, { label, url });
  applyRow(id, row, stamp);
}

/** Keeps the customer away. The form shows what is wrong with it, so that comes back. */
export async function blockCustomer(id: number, order: BlockOrder): Promise<void> {
  const stamp = nextStamp();
  const { row } = await server.block(id, order);
  applyRow(id, row, stamp);
}

export function unlinkItem(id: number): Promise<boolean> {
  return carryOut(id, () => server.deleteItem(id));
}

/** Gives or takes a topic; `on` is whether it should have it. */
export function setTopic(id: number, topic: string, on: boolean): Promise<boolean> {
  return carryOut(id, () => (on ? server.postTopic(id, topic) : server.deleteTopic(id, topic)));
}

/** What it is about in one's own words; no words take them away. */
export function setOtherTopic(id: number, words: string): Promise<boolean> {
  return carryOut(id, () => (words === "" ? server.deleteOtherTopic(id) : server.putOtherTopic(id, words)));
}

/** The rows of everybody with the tag change by what the socket tells. */
export async function setTag(contact: number, tag: string, on: boolean): Promise<void> {
  await (on ? server.postTag(contact, tag) : server.deleteTag(contact, tag));
}

/** Whether the YAML wants a topic first, and there is none (J27). */
export function lacksTopic({ conversation }: Row): boolean {
  return settings.peek().topic_required_to_close && conversation.topics.length === 0 && conversation.other_topic === undefined;
}

/** Closes it, and says so with a way back; then opens the next one in the list, or returns to the list. */
export async function closeConversation(id: number, then: AfterClosing): Promise<void> {
  const row = getRow(id);
  const next = neighbour(id, 1);
  if (!row) return;
  if (lacksTopic(row)) return askForTopic(id, then);
  if (!(await perform(id, "close"))) return;
  toast({
    tone: "info",
    title: t("toast.closed", { name: contactName(row) }),
    action: { label: t("action.reopen"), run: () => void perform(id, "reopen") },
  });
  if (then === "stay" || openId.peek() !== id) return;
  if (then === "next" && next !== null) return go({ conversation: next });
  go({ conversation: null });
  cursor.value = next;
  focusOn("list");
}

function askForTopic(conversation: number, then: AfterClosing): void {
  dialog.value = { kind: "topics", conversation, then };
}

/** The conversation after (1) or before (-1) this one in the list on the screen. */
export function neighbour(id: number | null, step: 1 | -1, suits: (row: Row) => boolean = () => true): number | null {
  const all = rows.peek();
  const from = all.findIndex((row) => row.conversation.id === id);
  const start = from < 0 ? (step === 1 ? 0 : all.length - 1) : from + step;
  for (let at = start; at >= 0 && at < all.length; at += step) {
    const row = all[at]!;
    if (suits(row)) return row.conversation.id;
  }
  return null;
}

export async function retryMessage(id: number): Promise<void> {
  await changed(() => server.retryMessage(id));
}

/** `arrived`: the agent knows that the uncertain message reached the customer; else it is sent once more. */
export async function settleMessage(id: number, arrived: boolean): Promise<void> {
  await changed(() => server.settleMessage(id, arrived));
}

export async function retryMail(id: number): Promise<void> {
  await changed(() => server.retryMail(id));
}

/** As `settleMessage`, of the mail that the message has gone with. */
export async function settleMail(id: number, arrived: boolean): Promise<void> {
  await changed(() => server.settleMail(id, arrived));
}

export function changeMessage({ id, text }: Pick<Message, "id" | "text">): Promise<boolean> {
  return changed(() => server.patchMessage(id, text));
}

export function deleteMessage(id: number): Promise<boolean> {
  return changed(() => server.deleteMessage(id));
}

/** Whether it was done; if not, why is told. */
async function changed(call: () => Promise<{ message: Message }>): Promise<boolean> {
  const stamp = nextStamp();
  try {
    const { message } = await call();
    applyMessages([message], stamp);
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}

export async function copyText(text: string, done: Key): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast({ tone: "info", title: t(done) });
  } catch (error) {
    console.warn("The browser did not allow copying.", error);
    toast({ tone: "error", title: t("error.copy") });
  }
}
