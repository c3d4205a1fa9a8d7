/** Drafts that a model has made (J35): put into the composer, never sent, and taken back by one press. */
import { signal } from "@preact/signals";
import { ApiError } from "@deskbridge/ui";
import { postSuggestion } from "../api/endpoints.ts";
import type { Row } from "../api/types.ts";
import { draftOf, writeDraft } from "./drafts.ts";
import { settings } from "./session.ts";
import { focusOn } from "./ui.ts";
import { complain, may } from "./verbs.ts";

/** What stood there before, and what was put in its place; of each conversation the latest. */
type Put = { before: string; text: string };

const puts = signal<ReadonlyMap<number, Put>>(new Map());

/** The conversation for which a draft is on its way: the server makes one at a time. */
export const suggesting = signal<number | null>(null);

export function canSuggest(row: Row | undefined): boolean {
  return settings.value.suggestions && may(row, "reply");
}

/** The draft that stands in the composer as it came, or null once a word of it was changed. */
export function suggestedIn(id: number): Put | null {
  const put = puts.value.get(id);
  return put !== undefined && put.text === draftOf(id, "reply").text ? put : null;
}

export async function suggest(id: number): Promise<void> {
  if (suggesting.peek() !== null) return;
  suggesting.value = id;
  try {
    const { text } = await postSuggestion(id);
    keep(id, { before: draftOf(id, "reply").text, text });
    writeDraft(id, "reply", text);
    focusOn("composer");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    complain(error);
  } finally {
    suggesting.value = null;
  }
}

export function takeBack(id: number): void {
  const put = puts.peek().get(id);
  if (put === undefined) return;
  writeDraft(id, "reply", put.before);
  keep(id, null);
  focusOn("composer");
}

function keep(id: number, put: Put | null): void {
  const next = new Map(puts.peek());
  if (put) next.set(id, put);
  else next.delete(id);
  puts.value = next;
}
