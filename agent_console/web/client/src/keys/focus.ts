/** What Escape leaves, and which message has the focus. */
import type { Message } from "../api/types.ts";
import { changeDraft } from "../store/drafts.ts";
import { openId, openRow, threadOf } from "../store/reading.ts";
import { go } from "../store/route.ts";
import { cursor, focusOn, panelSheet, write, writing } from "../store/ui.ts";
import { selecting, selectNothing } from "../store/selection.ts";
import { may, perform } from "../store/verbs.ts";
import { lockOf } from "../store/lock.ts";
import { stopPicking, mayBePicked, toggle } from "../store/picking.ts";
import { withQuote } from "../store/quote.ts";

/** The composer first (its draft stays), then the sheet, then the conversation; the focus goes back to its row. */
export function escape(): void {
  if (stopPicking()) return focusOn("thread");
  const active = document.activeElement;
  if (active instanceof HTMLElement && active.closest("[data-composer]")) return leave(active, "thread");
  if (active instanceof HTMLElement && active.closest("[data-search]")) return leave(active, "list");
  if (panelSheet.peek()) {
    panelSheet.value = false;
    return;
  }
  if (selecting.peek()) return selectNothing();
  backToList();
}

/** Left at once, so that the very next key is a command and not a letter. */
function leave(field: HTMLElement, target: "thread" | "list"): void {
  field.blur();
  focusOn(target);
}

export function backToList(): void {
  if (openId.peek() === null) return go({ conversation: null });
  cursor.value = openId.peek();
  go({ conversation: null });
  focusOn("list");
}

/** Quotes the message that has the focus, or the customer's last one. */
export function quoteFocused(): void {
  const id = openId.peek();
  if (id === null) return;
  const message = focusedMessage(id) ?? lastIncoming(id);
  if (message) void quote(id, message);
}

function known(id: number): Message[] {
  return [...threadOf(id).known.values()].map(({ value }) => value);
}

function focusedMessage(id: number): Message | undefined {
  const element = document.activeElement?.closest<HTMLElement>("[data-message]");
  const wanted = Number(element?.dataset["message"]);
  return known(id).find((message) => message.id === wanted);
}

/** Picks the message that has the focus, or begins with the customer's last one. */
export function pickFocused(): void {
  const id = openId.peek();
  const message = id === null ? undefined : (focusedMessage(id) ?? lastIncoming(id));
  if (message && mayBePicked(message)) toggle(message.id);
}

function lastIncoming(id: number): Message | undefined {
  return known(id).filter((message) => message.kind === "incoming").sort((a, b) => b.id - a.id)[0];
}

/** Begins an answer to a message. A quoted note is answered by a note, for it must never reach the customer. */
export async function quote(id: number, message: Message): Promise<void> {
  const row = openRow.peek();
  if (!row) return;
  const kind = message.kind === "note" || !may(row, "reply") || writing.peek() === "note" ? "note" : "reply";
  if (kind === "reply" && lockOf(row) === "untaken" && !(await perform(id, "take"))) return;
  changeDraft(id, kind, (draft) => withQuote(draft, message));
  write(kind);
}
