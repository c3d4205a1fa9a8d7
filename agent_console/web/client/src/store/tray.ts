/** Files on their way into a message: checked, uploaded at once, kept in the order they were chosen. */
import { signal } from "@preact/signals";
import { ApiError, formatSize, preview, tooLarge, uuid } from "@deskbridge/ui";
import { upload, type Upload } from "../api/upload.ts";
import type { Attachment, DraftKind, Row } from "../api/types.ts";
import { locale, t } from "../i18n/index.ts";
import { changeDraft, draftOf } from "./drafts.ts";
import { inboxOf, settings } from "./session.ts";
import { toast } from "./toasts.ts";
import { errorText } from "./words.ts";

export type TrayItem = {
  key: string;
  name: string;
  size: number;
  type: string;
  file: File | null;
  preview: string | null;
  /** From 0 to 1 while it is being uploaded. */
  progress: number;
  attachment: Attachment | null;
  trouble: string | null;
};

/** One after the other: the server keeps files in the order of their arrival, and the customer gets them in it (D19). */
const AT_ONCE = 1;
const PREVIEWS_KEPT = 30;

export const trays = signal<ReadonlyMap<string, readonly TrayItem[]>>(new Map());
const running = new Map<string, Upload>();
const previews = new Map<string, string>();

const keyOf = (id: number, kind: DraftKind): string => `${id}.${kind}`;

/** The picture as it was chosen, which is here before the server's is. */
export function localPreview(attachmentId: string): string | undefined {
  return previews.get(attachmentId);
}

/** What is attached; after a reload, what had been uploaded before it. */
export function trayOf(id: number, kind: DraftKind): readonly TrayItem[] {
  const here = trays.value.get(keyOf(id, kind));
  return here ?? draftOf(id, kind).attachments.map(fromAttachment);
}

function fromAttachment(attachment: Attachment): TrayItem {
  const { id, name, size, type } = attachment;
  return { key: id, name, size, type, file: null, preview: attachment.preview_url ?? null, progress: 1, attachment, trouble: null };
}

function change(id: number, kind: DraftKind, edit: (items: readonly TrayItem[]) => readonly TrayItem[]): void {
  const items = edit(trayOf(id, kind));
  trays.value = new Map(trays.value).set(keyOf(id, kind), items);
  const attachments = items.flatMap((item) => item.attachment ?? []);
  changeDraft(id, kind, (draft) => ({ ...draft, attachments }));
}

function patch(id: number, kind: DraftKind, key: string, part: Partial<TrayItem>): void {
  change(id, kind, (items) => items.map((item) => (item.key === key ? { ...item, ...part } : item)));
}

export type Limit = { bytes: number; whose: "ours" | "channel" };

/** The smaller of our own limit and the network's; notes never leave, so only ours counts for them. */
export function limitFor(row: Row, kind: DraftKind): Limit {
  const ours = settings.value.max_upload;
  const theirs = inboxOf(row.conversation.inbox)?.capabilities.max_file ?? ours;
  return kind === "reply" && theirs > 0 && theirs < ours ? { bytes: theirs, whose: "channel" } : { bytes: ours, whose: "ours" };
}

/** Whether a file is larger than the network takes, and may go as an address of ours instead. */
export function goesAsLink(row: Row, kind: DraftKind, file: { size: number }): boolean {
  const limit = limitFor(row, kind);
  return limit.whose === "channel" && settings.value.large_files === "link" && tooLarge(file, limit.bytes) && !tooLarge(file, settings.value.max_upload);
}

/** Takes files in. One that is too large is refused here, with the limit named, before any of it is uploaded. */
export function addFiles(row: Row, kind: DraftKind, files: readonly File[]): void {
  const { id, inbox } = row.conversation;
  const limit = limitFor(row, kind);
  for (const file of files) {
    if (tooLarge(file, limit.bytes) && !goesAsLink(row, kind, file)) {
      const size = formatSize(limit.bytes, locale.value);
      const key = limit.whose === "channel" ? "upload.tooLargeChannel" : "upload.tooLarge";
      toast({ tone: "error", title: t(key, { name: file.name, limit: size, channel: inboxOf(inbox)?.name ?? inbox }) });
      continue;
    }
    change(id, kind, (items) => [...items, fromFile(file)]);
  }
  startUploads(id, kind);
}

function fromFile(file: File): TrayItem {
  const shown = preview(file);
  return { key: uuid(), name: file.name, size: file.size, type: file.type, file, preview: shown?.url ?? null, progress: 0, attachment: null, trouble: null };
}

export const isWaiting = (item: TrayItem): boolean => item.attachment === null && item.trouble === null;

function startUploads(id: number, kind: DraftKind): void {
  for (const item of trayOf(id, kind)) {
    if (running.size >= AT_ONCE) return;
    if (item.file && isWaiting(item) && !running.has(item.key)) void start(id, kind, item, item.file);
  }
}

async function start(id: number, kind: DraftKind, item: TrayItem, file: File): Promise<void> {
  const job = upload(file, (progress) => patch(id, kind, item.key, { progress }));
  running.set(item.key, job);
  try {
    const attachment = await job.done;
    if (item.preview !== null) keepPreview(attachment.id, item.preview);
    patch(id, kind, item.key, { attachment, progress: 1 });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    patch(id, kind, item.key, { trouble: errorText(error) });
  } finally {
    running.delete(item.key);
    startUploads(id, kind);
  }
}

/** Only the latest are kept: a picture in memory is dear, and the server has its own by now. */
function keepPreview(attachmentId: string, url: string): void {
  previews.set(attachmentId, url);
  const oldest = previews.keys().next();
  if (previews.size <= PREVIEWS_KEPT || oldest.done) return;
  URL.revokeObjectURL(previews.get(oldest.value)!);
  previews.delete(oldest.value);
}

export function uploadAgain(id: number, kind: DraftKind, key: string): void {
  patch(id, kind, key, { trouble: null, progress: 0 });
  startUploads(id, kind);
}

export function removeFile(id: number, kind: DraftKind, key: string): void {
  running.get(key)?.cancel();
  change(id, kind, (items) => items.filter((item) => item.key !== key));
}

/** The message has them now. */
export function emptyTray(id: number, kind: DraftKind): void {
  trays.value = new Map(trays.value).set(keyOf(id, kind), []);
}
