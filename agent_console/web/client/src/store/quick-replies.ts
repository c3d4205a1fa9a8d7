/** Quick replies: fetched for the conversation, whose variables and language the server has put in already. */
import { signal } from "@preact/signals";
import { getQuickReplies } from "../api/endpoints.ts";
import type { QuickReply } from "../api/types.ts";
import { fold } from "../lib/fold.ts";

const STALE = 60_000;

export const quickReplies = signal<{ conversation: number; items: readonly QuickReply[]; at: number } | null>(null);

export async function loadQuickReplies(conversation: number): Promise<void> {
  const known = quickReplies.peek();
  if (known?.conversation === conversation && performance.now() - known.at < STALE) return;
  const { items } = await getQuickReplies(conversation);
  quickReplies.value = { conversation, items, at: performance.now() };
}

export function forgetQuickReplies(): void {
  quickReplies.value = null;
}

/** Those whose shortcut begins with the query come first, then those that contain it anywhere. */
export function suggest(items: readonly QuickReply[], query: string): QuickReply[] {
  const wanted = fold(query);
  if (wanted === "") return [...items];
  const starts = items.filter((item) => fold(item.shortcut).startsWith(wanted));
  const contains = items.filter((item) => !starts.includes(item) && fold(`${item.title} ${item.shortcut} ${item.text}`).includes(wanted));
  return [...starts, ...contains];
}

/** The sign and the word being typed after it, before the cursor: at the start of the text or after a space. */
export function trigger(text: string, caret: number, sign: "/" | ":" | "@"): { from: number; query: string } | null {
  const before = text.slice(0, caret);
  const from = before.lastIndexOf(sign);
  if (from < 0 || (from > 0 && !/\s/.test(before[from - 1]!))) return null;
  const query = before.slice(from + 1);
  return /\s/.test(query) ? null : { from, query };
}
