/** Messages that are being changed in the composer. The drafts lie below, untouched, and are there again afterwards. */
import { signal } from "@preact/signals";
import type { DraftKind, Message } from "../api/types.ts";
import { isOwn, mayEdit } from "./changeable.ts";
import { measure } from "./length.ts";
import { lockOf } from "./lock.ts";
import { openId, openRow, threadOf } from "./reading.ts";
import { settings } from "./session.ts";
import { hasAfter, shown } from "./thread.ts";
import { focusOn, write, writing } from "./ui.ts";
import { changeMessage } from "./verbs.ts";

/** `busy`: the new text is on its way to the server. */
export type Editing = { readonly message: Message; readonly text: string; readonly busy: boolean };

const editings = signal<ReadonlyMap<string, Editing>>(new Map());

const keyOf = (id: number, kind: DraftKind): string => `${id}.${kind}`;
const kindOf = (message: Message): DraftKind => (message.kind === "note" ? "note" : "reply");

function put(id: number, kind: DraftKind, editing: Editing | null): void {
  const next = new Map(editings.value);
  if (editing) next.set(keyOf(id, kind), editing);
  else next.delete(keyOf(id, kind));
  editings.value = next;
}

/** What is being changed in this composer, unless somebody has taken the message back meanwhile. */
export function editingOf(id: number, kind: DraftKind): Editing | null {
  const editing = editings.value.get(keyOf(id, kind));
  if (!editing || threadOf(id).known.get(editing.message.id)?.value.deleted) return null;
  return editing;
}

export function beginEditing(message: Message): void {
  put(message.conversation_id, kindOf(message), { message, text: message.text, busy: false });
  write(kindOf(message));
}

export function writeEditing(id: number, kind: DraftKind, text: string): void {
  const editing = editingOf(id, kind);
  if (editing && !editing.busy) put(id, kind, { ...editing, text });
}

/** The focus stays in the composer; where that is locked again now, it goes to the thread. */
export function endEditing(id: number, kind: DraftKind): void {
  put(id, kind, null);
  const row = openRow.peek();
  if (openId.peek() !== id || !row) return;
  focusOn(kind === "note" || lockOf(row) === "open" ? "composer" : "thread");
}

export function lengthOfEdit(editing: Editing): ReturnType<typeof measure> {
  return measure(editing.text, settings.value.max_length, null);
}

export function canSave(editing: Editing): boolean {
  const something = editing.text.trim() !== "" || editing.message.attachments.length > 0;
  return something && !editing.busy && !lengthOfEdit(editing).over;
}

/** Saves the new text. What the server refuses stays in the composer, to be written otherwise. */
export async function saveEditing(id: number, kind: DraftKind): Promise<void> {
  const editing = editingOf(id, kind);
  if (!editing || !canSave(editing)) return;
  const text = editing.text.trim();
  if (text === editing.message.text) return endEditing(id, kind);
  put(id, kind, { ...editing, busy: true });
  const saved = await changeMessage({ id: editing.message.id, text });
  if (saved) endEditing(id, kind);
  else put(id, kind, { ...editing, busy: false });
}

/** The agent's last message in the open composer, where it may be changed: an older one is never meant by it. */
function lastOwn(): Message | null {
  const id = openId.peek();
  const row = openRow.peek();
  if (id === null || !row || hasAfter(threadOf(id))) return null;
  const kind = writing.peek();
  const wanted = kind === "note" ? "note" : "outgoing";
  const last = shown(threadOf(id)).findLast((message) => message.kind === wanted && isOwn(message) && !message.deleted);
  return last && !editingOf(id, kind) && mayEdit(row, last) ? last : null;
}

export const canEditLast = (): boolean => lastOwn() !== null;

export function editLast(): void {
  const last = lastOwn();
  if (last) beginEditing(last);
}
