import type { Message } from "../api/types.ts";
import type { Draft } from "./draft.ts";

/** The draft with this message quoted. Where the network has no quotes, the server says in words what is answered. */
export function withQuote(draft: Draft, message: Message): Draft {
  const author = message.author.kind === "agent" ? (message.author.id ?? null) : null;
  return { ...draft, reply_to: { id: message.id, text: message.text, author, kind: message.kind } };
}
