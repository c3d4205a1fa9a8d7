/** What may complete the word at the cursor: a quick reply after "/", an emoji after ":" and two letters, and in a note a colleague after "@". */
import { signal } from "@preact/signals";
import type { EmojiEntry } from "../lib/emoji.ts";
import type { AgentRef, QuickReply } from "../api/types.ts";
import { locale } from "../i18n/index.ts";
import { findAgents } from "./people.ts";
import { loadQuickReplies, quickReplies, suggest, trigger } from "./quick-replies.ts";
import { agents, me } from "./session.ts";

export type Suggestion = { key: string; sign: string; title: string; insert: string };
export type Sign = "/" | ":" | "@";
export type Completion = { sign: Sign; from: number; items: readonly Suggestion[] };

const LETTERS_FOR_EMOJI = 2;
const EMOJI_SHOWN = 8;
const NAMES_SHOWN = 8;

const emoji = signal<readonly EmojiEntry[] | null>(null);

export type Trigger = { sign: Sign; from: number; query: string };

/** `names`: colleagues may be called here. */
export function triggerAt(text: string, caret: number, names = false): Trigger | null {
  const called = names ? trigger(text, caret, "@") : null;
  if (called) return { sign: "@", ...called };
  const slash = trigger(text, caret, "/");
  if (slash) return { sign: "/", ...slash };
  const colon = trigger(text, caret, ":");
  return colon && [...colon.query].length >= LETTERS_FOR_EMOJI ? { sign: ":", ...colon } : null;
}

/** Fetches what a sign completes from, when it is first typed. */
export async function prepare(sign: Sign, conversation: number): Promise<void> {
  if (sign === "@") return;
  if (sign === "/") return loadQuickReplies(conversation);
  emoji.value ??= (await import("../lib/emoji.ts")).EMOJI;
}

export function complete(at: Trigger, conversation: number): Completion | null {
  if (at.sign === "/") {
    const known = quickReplies.value;
    return known?.conversation === conversation ? { sign: "/", from: at.from, items: suggest(known.items, at.query).map(fromReply) } : null;
  }
  if (at.sign === "@") return { sign: "@", from: at.from, items: findAgents(agents.value, at.query, [me.value.id], locale.value).slice(0, NAMES_SHOWN).map(fromAgent) };
  if (!emoji.value) return null;
  const items = findEmoji(emoji.value, at.query).slice(0, EMOJI_SHOWN).map(fromEmoji);
  return items.length > 0 ? { sign: ":", from: at.from, items } : null;
}

const fromReply = (reply: QuickReply): Suggestion => ({ key: String(reply.id), sign: `/${reply.shortcut}`, title: reply.title, insert: reply.text });
const fromAgent = ({ id, name }: AgentRef): Suggestion => ({ key: id, sign: "@", title: name, insert: `@${name} ` });
const fromEmoji = ([sign, words]: EmojiEntry): Suggestion => ({ key: sign, sign, title: words.split(" ")[0] ?? "", insert: sign });

/** By any of its words in any of the four languages, from their beginning. */
export function findEmoji(all: readonly EmojiEntry[], query: string): EmojiEntry[] {
  const wanted = query.toLowerCase();
  return all.filter(([, words]) => words.split(" ").some((word) => word.startsWith(wanted)));
}
