import type { Message } from "../api/types.ts";
import { edit, type Draft } from "./draft.ts";

/** The draft with this message quoted: by reference, or in the text for networks that have no quotes. */
export function withQuote(draft: Draft, message: Message, native: boolean): Draft {
  if (native) {
    const author = message.author.kind === "agent" ? (message.author.id ?? null) : null;
    return { ...draft, reply_to: { id: message.id, text: message.text, author, kind: message.kind } };
  }
  const lines = message.text.split("\n").map((line) => `> ${line}`);
  return edit(draft, `${lines.join("\n")}\n${draft.text}`, Date.now());
}
