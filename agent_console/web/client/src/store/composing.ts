/** From what was written to a message in the outbox, and the signs of writing on the way there. */
import { signal } from "@preact/signals";
import { ApiError } from "@deskbridge/ui";
import { postTyping } from "../api/endpoints.ts";
import type { DraftKind, Row } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { draftOf, draftSent } from "./drafts.ts";
import { measure } from "./length.ts";
import { goToEnd } from "./reading.ts";
import { sendMessage } from "./sending.ts";
import { inboxOf, settings } from "./session.ts";
import { emptyTray, isWaiting, trayOf } from "./tray.ts";
import { toast } from "./toasts.ts";

/** Messages that go out by themselves as soon as their files are uploaded. */
export const whenUploaded = signal<ReadonlyMap<string, () => void>>(new Map());

const keyOf = (id: number, kind: DraftKind): string => `${id}.${kind}`;

export function setWhenUploaded(id: number, kind: DraftKind, then: (() => void) | null): void {
  const next = new Map(whenUploaded.value);
  if (then) next.set(keyOf(id, kind), then);
  else next.delete(keyOf(id, kind));
  whenUploaded.value = next;
}

export function waitsForUploads(id: number, kind: DraftKind): boolean {
  return whenUploaded.value.has(keyOf(id, kind));
}

export function lengthOf(row: Row, kind: DraftKind): ReturnType<typeof measure> {
  const caps = kind === "reply" ? (inboxOf(row.conversation.inbox)?.capabilities ?? null) : null;
  return measure(draftOf(row.conversation.id, kind).text, settings.value.max_length, caps);
}

export function canSend(row: Row, kind: DraftKind): boolean {
  const { id } = row.conversation;
  const hasContent = draftOf(id, kind).text.trim() !== "" || trayOf(id, kind).length > 0;
  return hasContent && !lengthOf(row, kind).over;
}

/** Sends what is in the composer, or as soon as its files are here. `stored` runs when the server has it. */
export function sendDraft(row: Row, kind: DraftKind, stored?: () => void): boolean {
  const { id } = row.conversation;
  if (!canSend(row, kind)) return false;
  const files = trayOf(id, kind);
  if (files.some((item) => item.trouble !== null)) {
    toast({ tone: "error", title: t("upload.fixFirst") });
    return false;
  }
  if (files.some(isWaiting)) {
    setWhenUploaded(id, kind, () => sendDraft(row, kind, stored));
    return false;
  }
  setWhenUploaded(id, kind, null);
  const draft = draftOf(id, kind);
  const attachments = files.flatMap((item) => item.attachment ?? []);
  const revision = draftSent(id, kind);
  emptyTray(id, kind);
  const draft_revision = draft.base === 0 ? null : draft.base;
  sendMessage({ conversation_id: id, kind, text: draft.text.trim(), attachments, reply_to: draft.reply_to, draft_revision }, revision, stored);
  void goToEnd(id);
  return true;
}

const TYPING_EVERY = 3_000;
let lastTyping = { id: 0, at: -TYPING_EVERY };

/** Tells the customer, and the server that this agent is at work here. A note is nobody's business. */
export function tellTyping(id: number): void {
  const now = performance.now();
  if (lastTyping.id === id && now - lastTyping.at < TYPING_EVERY) return;
  lastTyping = { id, at: now };
  postTyping(id).catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
  });
}
