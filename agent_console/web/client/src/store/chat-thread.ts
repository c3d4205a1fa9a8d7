/** What is said in the chat on the screen: loaded, followed without gaps, and said. */
import { signal } from "@preact/signals";
import { ApiError, uuid } from "@deskbridge/ui";
import { getChatMessages, postChatMessage, postChatRead, type Chat, type ChatMessage } from "../api/chats.ts";

/** What has not been stored yet; `trouble`: it was not, and can be tried again. */
export type Unsaid = { key: string; text: string; trouble: ApiError | null };
export type ChatThread = { chat: number; messages: readonly ChatMessage[]; more: boolean; unsaid: readonly Unsaid[]; error: ApiError | null };

export const thread = signal<ChatThread | null>(null);
/** What stands in the composer of each chat; it is kept until the page is loaded again. */
export const drafts = signal<ReadonlyMap<number, string>>(new Map());

const kept = new Map<number, readonly Unsaid[]>();

/** Messages in the order of their ids, each once. */
export function joined(known: readonly ChatMessage[], more: readonly ChatMessage[]): ChatMessage[] {
  const all = new Map([...known, ...more].map((one) => [one.id, one]));
  return [...all.values()].sort((a, b) => a.id - b.id);
}

function change(chat: number, edit: (thread: ChatThread) => ChatThread): void {
  const shown = thread.peek();
  if (shown?.chat === chat) thread.value = edit(shown);
}

export async function openThread(chat: number): Promise<void> {
  thread.value = { chat, messages: [], more: false, unsaid: kept.get(chat) ?? [], error: null };
  await attempt(chat, () => loadLast(chat));
}

async function loadLast(chat: number): Promise<void> {
  const page = await getChatMessages(chat, {});
  change(chat, (one) => ({ ...one, messages: joined(one.messages, page.messages), more: page.more }));
}

export async function loadEarlier(): Promise<void> {
  const shown = thread.peek();
  const first = shown?.messages[0];
  if (!shown || !first) return;
  const page = await getChatMessages(shown.chat, { before: first.id });
  change(shown.chat, (one) => ({ ...one, messages: joined(page.messages, one.messages), more: page.more }));
}

/** Loads what was said since; there may be more than comes at once. */
export async function catchUp(chat: number): Promise<void> {
  await attempt(chat, async () => {
    if (thread.peek()?.chat === chat && thread.peek()?.messages.length === 0) return loadLast(chat);
    for (let more = true; more && thread.peek()?.chat === chat; ) {
      const after = thread.peek()?.messages.at(-1)?.id ?? 0;
      const page = await getChatMessages(chat, { after });
      change(chat, (one) => ({ ...one, messages: joined(one.messages, page.messages) }));
      more = page.more;
    }
  });
}

async function attempt(chat: number, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    change(chat, (one) => (one.error ? { ...one, error: null } : one));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    change(chat, (one) => ({ ...one, error }));
  }
}

export function draftIn(chat: number): string {
  return drafts.value.get(chat) ?? "";
}

export function writeIn(chat: number, text: string): void {
  drafts.value = new Map(drafts.value).set(chat, text);
}

export function sayIn(chat: number): void {
  const text = draftIn(chat).trim();
  if (text === "") return;
  writeIn(chat, "");
  void send(chat, { key: uuid(), text, trouble: null });
}

export async function send(chat: number, one: Unsaid): Promise<void> {
  keep(chat, { ...one, trouble: null });
  try {
    await postChatMessage(chat, one.key, one.text);
    // Not only this one: somebody else may have spoken since what is shown.
    await catchUp(chat);
    dropUnsaid(chat, one.key);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    keep(chat, { ...one, trouble: error });
  }
}

function keep(chat: number, unsaid: Unsaid): void {
  const before = kept.get(chat) ?? [];
  const known = before.some((one) => one.key === unsaid.key);
  put(chat, known ? before.map((one) => (one.key === unsaid.key ? unsaid : one)) : [...before, unsaid]);
}

export function dropUnsaid(chat: number, key: string): void {
  put(chat, (kept.get(chat) ?? []).filter((one) => one.key !== key));
}

function put(chat: number, unsaid: readonly Unsaid[]): void {
  kept.set(chat, unsaid);
  change(chat, (one) => ({ ...one, unsaid }));
}

/** Says that the agent has read what is on their screen. */
export async function readChat(chat: Chat): Promise<void> {
  const last = thread.peek()?.chat === chat.id ? thread.peek()?.messages.at(-1) : undefined;
  if (!last || last.id <= chat.read_up_to || chat.unread === 0) return;
  await postChatRead(chat.id, last.id);
}
