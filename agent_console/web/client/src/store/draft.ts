/** A draft as pure functions: it is kept here at each key press and on the server within a second. */
import type { Attachment, DraftText, Quoted } from "../api/types.ts";

export type Draft = {
  text: string;
  /** The server's revision that `text` grew from. */
  base: number;
  /** Whether the server does not have `text` yet. */
  dirty: boolean;
  /** Whether the server has a text at all: clearing one is a revision more, clearing nothing is not. */
  kept: boolean;
  /** When it was last edited here, in milliseconds of this machine's clock. */
  at: number;
  /** The version that lost when two devices wrote at once; it can be taken back. */
  other: string | null;
  reply_to: Quoted | null;
  attachments: Attachment[];
};

export const emptyDraft: Draft = { text: "", base: 0, dirty: false, kept: false, at: 0, other: null, reply_to: null, attachments: [] };

/** Somebody who typed this recently is still writing: their own text must not change under their fingers. */
const STILL_WRITING = 10_000;

export function edit(draft: Draft, text: string, at: number): Draft {
  return text === draft.text ? draft : { ...draft, text, at, dirty: true };
}

export function saved(draft: Draft, text: string, revision: number): Draft {
  return { ...draft, base: revision, dirty: draft.text !== text, kept: text !== "" };
}

/** The server's version, from a load or from a refused save. */
export function meet(before: Draft, server: DraftText, now: number): Draft {
  const draft = { ...before, kept: server.text !== "" };
  if (!draft.dirty) return { ...draft, text: server.text, base: server.revision };
  if (server.revision === draft.base) return draft;
  const rebased = { ...draft, base: server.revision };
  if (server.text === draft.text) return { ...rebased, dirty: false };
  if (server.text === "" || now - draft.at < STILL_WRITING) return { ...rebased, other: server.text === "" ? draft.other : server.text };
  return { ...rebased, text: server.text, dirty: false, other: draft.text === "" ? null : draft.text };
}

/** Swaps the two versions of a conflict. */
export function takeOther(draft: Draft, at: number): Draft {
  if (draft.other === null) return draft;
  return { ...draft, text: draft.other, other: draft.text, at, dirty: true };
}

export function emptied(draft: Draft): Draft {
  return { ...emptyDraft, base: draft.base, kept: draft.kept };
}

/** The server has cleared it together with the message that it became. */
export function cleared(draft: Draft, sent: number): Draft {
  return draft.base === sent && draft.kept ? { ...draft, base: sent + 1, kept: false } : draft;
}

export function worthKeeping(draft: Draft): boolean {
  return draft.dirty || draft.text !== "" || draft.other !== null || draft.reply_to !== null || draft.attachments.length > 0;
}
