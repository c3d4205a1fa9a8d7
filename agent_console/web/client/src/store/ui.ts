/** What is open on the screen besides the data: dialogs, the panel, where the focus should go next. */
import { signal } from "@preact/signals";
import type { Attachment, Contact, DraftKind, Identity, Message, Refusal, View } from "../api/types.ts";
import { readStored, store } from "./storage.ts";

/** What is opened when a conversation has been closed. */
export type AfterClosing = "next" | "stay" | "list";

export type Dialog =
  | { kind: "settings" }
  | { kind: "profile" }
  | { kind: "shortcuts" }
  | { kind: "palette" }
  | { kind: "channels" }
  | { kind: "assign"; conversation: number }
  | { kind: "participants"; conversation: number }
  | { kind: "topics"; conversation: number; then?: AfterClosing; status?: string }
  | { kind: "status"; conversation: number }
  | { kind: "snooze"; conversation: number }
  | { kind: "tags"; conversation: number }
  | { kind: "ticket"; conversation: number; messages: Message[] }
  | { kind: "filters" }
  | { kind: "invite"; conversation: number }
  | { kind: "join_people"; conversation: number }
  | { kind: "set_apart"; contact: Contact; identity: Identity }
  | { kind: "person_data"; contact: Contact }
  | { kind: "block"; conversation: number }
  | { kind: "unblock"; conversation: number }
  | { kind: "quick_reply"; text: string }
  | { kind: "delete_message"; message: Message }
  | { kind: "bulk"; ids: readonly number[]; do: "assign" | "close" | "status" | "topic" | "tag" | "snooze" }
  | { kind: "refused"; refused: readonly Refusal[] }
  | { kind: "trash"; ids: readonly number[]; forGood: boolean }
  | { kind: "view"; view: View | null }
  | { kind: "original"; message: Message; sender: string }
  | { kind: "forward"; file: Attachment }
  | { kind: "images"; items: Attachment[]; at: number };

export type FocusTarget = "composer" | "search" | "list" | "thread";

export const dialog = signal<Dialog | null>(null);
export const panelShown = signal(readStored<boolean>("panel") ?? true);
/** On narrow windows the panel is a sheet, closed until it is asked for. */
export const panelSheet = signal(false);
export const writing = signal<DraftKind>("reply");
export const moreMenu = signal(0);
/** Where the focus is wanted. It waits a moment for a part that is only being drawn, and is dropped once it is taken. */
export const focusRequest = signal<{ target: FocusTarget; at: number } | null>(null);
/** The row that J and K move; it need not be the open conversation. */
export const cursor = signal<number | null>(null);

const medium = matchMedia("(max-width: 1024px)");
const small = matchMedia("(max-width: 640px)");

/** How much room the window has: four panes, three with a narrow rail, or one. */
export type Room = "wide" | "medium" | "small";
const measure = (): Room => (small.matches ? "small" : medium.matches ? "medium" : "wide");
export const room = signal<Room>(measure());
for (const query of [medium, small]) {
  query.addEventListener("change", () => {
    room.value = measure();
  });
}

export function togglePanel(): void {
  if (room.peek() !== "wide") {
    panelSheet.value = !panelSheet.value;
    return;
  }
  panelShown.value = !panelShown.value;
  store("panel", panelShown.value);
}

export function focusOn(target: FocusTarget): void {
  focusRequest.value = { target, at: performance.now() };
}

export function write(kind: DraftKind): void {
  writing.value = kind;
  focusOn("composer");
}

/** Whether something is shown that will not be shown again: it closes by its own button alone. */
export const held = signal(false);

export function closeDialog(): void {
  dialog.value = null;
}
