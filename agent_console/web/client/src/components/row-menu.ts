import { t } from "../i18n/index.ts";
import type { Row } from "../api/types.ts";
import { unread } from "../store/order.ts";
import { seenFromList, unsee } from "../store/reading.ts";
import { go, pathOf } from "../store/route.ts";
import { dialog } from "../store/ui.ts";
import { onlyThisClient } from "./sorting-menu.ts";
import { closeConversation, complain, copyText, may, perform } from "../store/verbs.ts";
import { Copy, ExternalLink, Mail, MailOpen, RotateCcw, SquareCheck, UserCheck, UserPlus, CircleCheck } from "./icons.ts";
import { followEntry } from "./follow-entry.ts";
import type { MenuEntry } from "./menu.tsx";
import { toggleSelected } from "../store/selection.ts";
import { snoozeItems } from "./snooze.tsx";
import { trashItems } from "./trash-menu.ts";

const quietly = (work: Promise<unknown>): void => void work.catch(complain);

/** What can be done with a row without opening it; only what its `can` allows. */
export function rowMenu(row: Row): MenuEntry[] {
  const { id } = row.conversation;
  const read = unread(row) > 0;
  const entries: (MenuEntry | false)[] = [
    { id: "open", label: t("key.open"), icon: ExternalLink, run: () => go({ conversation: id }) },
    read
      ? { id: "read", label: t("action.markRead"), icon: MailOpen, run: () => quietly(seenFromList(id)) }
      : { id: "unread", label: t("action.markUnread"), icon: Mail, run: () => quietly(unsee(id)) },
    { id: "link", label: t("action.copyLink"), icon: Copy, run: () => quietly(copyText(location.origin + pathOf({ conversation: id }), "toast.copied")) },
    followEntry(row),
    onlyThisClient(row),
    { id: "select", label: t("action.select"), icon: SquareCheck, keys: "X", run: () => toggleSelected(id) },
    "line",
    may(row, "take") && { id: "take", label: t("action.take"), icon: UserCheck, run: () => quietly(perform(id, "take")) },
    may(row, "assign") && { id: "assign", label: t("action.assign"), icon: UserPlus, run: () => (dialog.value = { kind: "assign", conversation: id }) },
    may(row, "release") && { id: "release", label: t("action.release"), icon: RotateCcw, run: () => quietly(perform(id, "release")) },
    may(row, "close") && { id: "close", label: t("action.close"), icon: CircleCheck, run: () => quietly(closeConversation(id, "list")) },
    ...snoozeItems(row),
    may(row, "reopen") && { id: "reopen", label: t("action.reopen"), icon: RotateCcw, run: () => quietly(perform(id, "reopen")) },
    ...trashItems(row),
  ];
  const shown = entries.filter((entry) => entry !== false);
  return shown.at(-1) === "line" ? shown.slice(0, -1) : shown;
}
