import { signal } from "@preact/signals";
import { ApiError } from "@deskbridge/ui";
import { getDrafts, putDraft } from "../api/endpoints.ts";
import type { DraftKind, DraftText, Row } from "../api/types.ts";
import { cleared, edit, emptied, emptyDraft, meet, saved, worthKeeping, type Draft } from "./draft.ts";
import { me } from "./session.ts";
import { forget, readStored, store, storedKeys } from "./storage.ts";

const SAVE_AFTER = 500;
const TRY_AGAIN_AFTER = 5_000;

const drafts = signal<ReadonlyMap<string, Draft>>(new Map());
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const saving = new Map<string, Promise<void>>();

const keyOf = (id: number, kind: DraftKind): string => `${id}.${kind}`;
const storageKey = (key: string): string => `draft.${me.peek().id}.${key}`;

export function draftOf(id: number, kind: DraftKind): Draft {
  return drafts.value.get(keyOf(id, kind)) ?? emptyDraft;
}

function put(id: number, kind: DraftKind, draft: Draft): void {
  const key = keyOf(id, kind);
  drafts.value = new Map(drafts.value).set(key, draft);
  if (worthKeeping(draft)) store(storageKey(key), draft);
  else forget(storageKey(key));
}

export function changeDraft(id: number, kind: DraftKind, change: (draft: Draft) => Draft): void {
  const before = draftOf(id, kind);
  const after = change(before);
  if (after === before) return;
  put(id, kind, after);
  if (after.dirty) saveLater(id, kind, SAVE_AFTER);
}

export function writeDraft(id: number, kind: DraftKind, text: string): void {
  changeDraft(id, kind, (draft) => edit(draft, text, Date.now()));
}

function saveLater(id: number, kind: DraftKind, ms: number): void {
  const key = keyOf(id, kind);
  clearTimeout(timers.get(key));
  timers.set(key, setTimeout(() => void save(id, kind), ms));
}

async function save(id: number, kind: DraftKind): Promise<void> {
  const key = keyOf(id, kind);
  clearTimeout(timers.get(key));
  await saving.get(key);
  if (!draftOf(id, kind).dirty) return;
  const running = saveOnce(id, kind);
  saving.set(key, running);
  await running;
  saving.delete(key);
}

async function saveOnce(id: number, kind: DraftKind): Promise<void> {
  const { text, base } = draftOf(id, kind);
  try {
    const { revision } = await putDraft(id, kind, { text, revision: base });
    put(id, kind, saved(draftOf(id, kind), text, revision));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "draft_changed") {
      changeDraft(id, kind, (draft) => meet(draft, error.detail as DraftText, Date.now()));
      if (draftOf(id, kind).dirty) saveLater(id, kind, 0);
    } else if (error.passing) saveLater(id, kind, TRY_AGAIN_AFTER);
    else console.warn("The server did not take a draft.", error.code);
  }
}

/** The draft has become a message. Answers the revision that the server is to clear, once a running save has ended. */
export function draftSent(id: number, kind: DraftKind): Promise<number | null> {
  const key = keyOf(id, kind);
  clearTimeout(timers.get(key));
  const running = saving.get(key);
  put(id, kind, emptied(draftOf(id, kind)));
  const settled = (): number | null => {
    const draft = draftOf(id, kind);
    put(id, kind, { ...draft, dirty: draft.text !== "" });
    return draft.base === 0 ? null : draft.base;
  };
  return running ? running.then(settled) : Promise.resolve(settled());
}

export function draftCleared(id: number, kind: DraftKind, sent: number): void {
  changeDraft(id, kind, (draft) => cleared(draft, sent));
}

/** Asks the server for this conversation's drafts, which another device may have written. */
export async function fetchDrafts(id: number): Promise<void> {
  const found = await getDrafts(id);
  for (const kind of ["reply", "note"] as const) {
    const server = found[kind] ?? { text: "", revision: draftOf(id, kind).base };
    changeDraft(id, kind, (draft) => meet(draft, server, Date.now()));
  }
}

/** Whether the list row tells of a draft that differs from what is here, so that it is worth asking for. */
export function differs(row: Row): boolean {
  const id = row.conversation.id;
  const kinds: DraftKind[] = row.draft ? [row.draft.kind] : ["reply", "note"];
  return kinds.some((kind) => {
    const here = draftOf(id, kind);
    return !here.dirty && !saving.has(keyOf(id, kind)) && !begins(here.text, row.draft?.text ?? "");
  });
}

/** Whether a row's one-line preview is of this text. */
function begins(text: string, preview: string): boolean {
  const line = text.split(/\s+/).filter((word) => word !== "").join(" ");
  return preview.endsWith("…") ? line.startsWith(preview.slice(0, -1)) : line === preview;
}

/** What the list shows as the last communication: text that waits here goes before what the server has. */
export function draftShown(row: Row): { kind: DraftKind; text: string } | null {
  const id = row.conversation.id;
  for (const kind of ["reply", "note"] as const) {
    const here = drafts.value.get(keyOf(id, kind));
    if (here?.text.trim()) return { kind, text: here.text.slice(0, 120) };
  }
  const known = row.draft && drafts.value.get(keyOf(id, row.draft.kind));
  return known ? null : row.draft;
}

/** Takes up what was written before a reload, and saves what the server did not get. */
export function recallDrafts(): void {
  const prefix = storageKey("");
  const found = new Map<string, Draft>();
  for (const key of storedKeys(prefix)) {
    const draft = readStored<Draft>(key);
    if (draft) found.set(key.slice(prefix.length), { ...emptyDraft, ...draft });
  }
  drafts.value = found;
  saveAll();
}

/** At sign-out: what the server has does not stay on a machine that others may use. */
export function forgetSavedDrafts(): void {
  for (const [key, draft] of drafts.peek()) if (!draft.dirty) forget(storageKey(key));
  drafts.value = new Map();
}

/** After a reconnect: everything the server does not have yet. */
export function saveAll(): void {
  for (const [key, draft] of drafts.peek()) {
    const [id, kind] = key.split(".");
    if (draft.dirty) saveLater(Number(id), kind as DraftKind, 0);
  }
}
