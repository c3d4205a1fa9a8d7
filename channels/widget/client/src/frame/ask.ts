import type { PreChatField } from "../shared/protocol.ts";
import type { State } from "./desk/state.ts";

/**
 * The fields to ask for before a conversation. Nobody is asked twice: not who answered or skipped the form, nor what
 * the server knows already; only required fields come back when the server refused a message for want of them.
 */
export function askedFields({ config, kept, visitor }: State, begun: boolean, refused: boolean): PreChatField[] {
  if (refused) return config.pre_chat.filter((one) => one.required && !kept.answers?.[one.field]);
  if (begun || kept.asked) return [];
  const known: Record<string, string | undefined> = { name: visitor.name, email: visitor.email };
  return config.pre_chat.filter((one) => !known[one.field]);
}

export type Problem = "ask_required" | "ask_email_wrong";

/** What is wrong with an answer, if anything. */
export function problemOf(field: PreChatField, answer: string): Problem | null {
  const text = answer.trim();
  if (text === "") return field.required ? "ask_required" : null;
  return field.field === "email" && !/^\S+@\S+\.\S+$/.test(text) ? "ask_email_wrong" : null;
}
