/** What may complete the word at the cursor: a quick reply after "/", an emoji after ":" and two letters. */
import { signal } from "@preact/signals";
import type { EmojiEntry } from "../lib/emoji.ts";
import type { QuickReply } from "../api/types.ts";
import { loadQuickReplies, quickReplies, suggest, trigger } from "./quick-replies.ts";

export type Suggestion = { key: string; sign: string; title: string; insert: string };
export type Completion = { sign: "/" | ":"; from: number; items: readonly Suggestion[] };

const LETTERS_FOR_EMOJI = 2;
const EMOJI_SHOWN = 8;

const emoji = signal<readonly EmojiEntry[] | null>(null);

export type Trigger = { sign: "/" | ":"; from: number; query: string };

export function triggerAt(text: string, caret: number): Trigger | null {
  const slash = trigger(text, caret, "/");
  if (slash) return { sign: "/", ...slash };
  const colon = trigger(text, caret, ":");
  return colon && [...colon.query].length >= LETTERS_FOR_EMOJI ? { sign: ":", ...colon } : null;
}

/** Fetches what a sign completes from, when it is first typed. */
export async function prepare(sign: "/" | ":", conversation: number): Promise<void> {
  if (sign === "/") return loadQuickReplies(conversation);
  emoji.value ??= (await import("../lib/emoji.ts")).EMOJI;
}

export function complete(at: Trigger, conversation: number): Completion | null {
  if (at.sign === "/") {
    const known = quickReplies.value;
    return known?.conversation === conversation ? { sign: "/", from: at.from, items: suggest(known.items, at.query).map(fromReply) } : null;
  }
  if (!emoji.value) return null;
  const items = findEmoji(emoji.value, at.query).slice(0, EMOJI_SHOWN).map(fromEmoji);
  return items.length > 0 ? { sign: ":", from: at.from, items } : null;
}

const fromReply = (reply: QuickReply): Suggestion => ({ key: String(reply.id), sign: `/${reply.shortcut}`, title: reply.title, insert: reply.text });
const fromEmoji = ([sign, words]: EmojiEntry): Suggestion => ({ key: sign, sign, title: words.split(" ")[0] ?? "", insert: sign });

/** By any of its words in any of the four languages, from their beginning. */
export function findEmoji(all: readonly EmojiEntry[], query: string): EmojiEntry[] {
  const wanted = query.toLowerCase();
  return all.filter(([, words]) => words.split(" ").some((word) => word.startsWith(wanted)));
}
