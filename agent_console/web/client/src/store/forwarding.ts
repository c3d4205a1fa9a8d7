/** A file of one conversation on its way to another customer. */
import { formatSize } from "@deskbridge/ui";
import { listConversations, postForward, search } from "../api/endpoints.ts";
import type { Attachment, Row } from "../api/types.ts";
import { locale, t } from "../i18n/index.ts";
import { applyMessages, applyRow } from "./desk.ts";
import { nextStamp } from "./fresh.ts";
import { go } from "./route.ts";
import { inboxOf, me, settings } from "./session.ts";
import { toast } from "./toasts.ts";
import { may } from "./verbs.ts";
import { channelName, contactName } from "./words.ts";

const MOST = 30;

export function mayForward({ state }: Attachment): boolean {
  return state === "ready" && me.value.role !== "viewer";
}

/** Whom the agent may answer: those of the words, without any the latest ones. */
export async function findTargets(words: string, signal: AbortSignal): Promise<readonly Row[]> {
  const q = words.trim();
  const all = q === "" ? (await listConversations({ folder: "all", sort: "activity" }, null, MOST)).rows : (await search({ q }, null, signal)).hits.map((hit) => hit.row);
  const once = new Map(all.map((row) => [row.conversation.id, row]));
  return [...once.values()].filter((row) => may(row, "reply"));
}

/** What becomes of a file that is larger than the target's network takes; null where it fits. */
export function tooLargeFor({ conversation }: Row, { kind, size }: Attachment): { limit: number; asLink: boolean } | null {
  const limit = inboxOf(conversation.inbox)?.capabilities.limits[kind];
  return limit === undefined || size <= limit ? null : { limit, asLink: settings.value.large_files === "link" };
}

export function tooLargeText(row: Row, file: Attachment): string | null {
  const large = tooLargeFor(row, file);
  if (large === null) return null;
  const words = { name: file.name, channel: channelName(row), limit: formatSize(large.limit, locale.value) };
  return t(large.asLink ? "forward.asLink" : "error.file_too_large", words);
}

/** Sends it; the same `client_id` again sends nothing again. The dialog shows what is wrong with it, so that comes back. */
export async function forwardFile(target: Row, file: Attachment, text: string, client_id: string): Promise<void> {
  const { id } = target.conversation;
  const stamp = nextStamp();
  const { message, row } = await postForward(id, { client_id, attachment: file.id, text });
  applyRow(id, row, stamp);
  applyMessages([message], stamp);
  toast({ tone: "info", title: t("toast.forwarded", { name: contactName(target) }), action: { label: t("forward.open"), run: () => go({ conversation: id }) } });
}
