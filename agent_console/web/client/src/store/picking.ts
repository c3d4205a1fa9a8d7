/** Messages that are picked, to be copied or made into a task. They are of the open conversation alone. */
import { signal } from "@preact/signals";
import { fullTime } from "@deskbridge/ui";
import type { Message, Row } from "../api/types.ts";
import { locale, t } from "../i18n/index.ts";
import { threadOf } from "./reading.ts";
import { agentName } from "./session.ts";
import { attachmentWord } from "./words.ts";

/** Null while nothing is being picked; an empty set while it has only begun. */
export const picking = signal<ReadonlySet<number> | null>(null);

export const mayBePicked = (message: Message): boolean => message.kind !== "activity" && !message.deleted;

export function toggle(id: number): void {
  const next = new Set(picking.peek() ?? []);
  if (!next.delete(id)) next.add(id);
  picking.value = next;
}

/** Whether anything was being picked. */
export function stopPicking(): boolean {
  const was = picking.peek() !== null;
  picking.value = null;
  return was;
}

/** The picked messages, the oldest first. */
export function picked(conversation: number): Message[] {
  const ids = picking.value ?? new Set();
  return [...threadOf(conversation).known.values()]
    .map(({ value }) => value)
    .filter((message) => ids.has(message.id) && mayBePicked(message))
    .sort((a, b) => a.id - b.id);
}

/** Messages as a text for people elsewhere: of each its author, its time and what it says. */
export function asText(messages: readonly Message[], customer: string): string {
  return messages.map((message) => `${writer(message, customer)}, ${fullTime(message.at, locale.value)}:\n${said(message)}`).join("\n\n");
}

/** By name also where it is oneself: others will read it. */
function writer({ author }: Message, customer: string): string {
  if (author.kind === "customer") return customer;
  if (author.kind === "system") return t("author.system");
  return author.id === undefined ? (author.name ?? t("author.agent")) : agentName(author.id);
}

function said(message: Message): string {
  const files = message.attachments.map((one) => `${attachmentWord(one.kind)}: ${one.name}`);
  return [message.text.trim(), ...files].filter((line) => line !== "").join("\n");
}

export const mayMakeTicket = (row: Row): boolean => row.can.includes("ticket");
