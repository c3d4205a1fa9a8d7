import { t } from "../i18n/index.ts";
import type { Row } from "../api/types.ts";
import { dialog } from "../store/ui.ts";
import { complain, may, perform } from "../store/verbs.ts";
import { RotateCcw, Trash2 } from "./icons.ts";
import type { MenuEntry } from "./menu.tsx";

/** Delete, and from what was deleted, restore and delete for ever: what this agent may. */
export function trashItems(row: Row): (MenuEntry | false)[] {
  const { id } = row.conversation;
  const ask = (forGood: boolean) => (): void => void (dialog.value = { kind: "trash", ids: [id], forGood });
  return [
    may(row, "delete") && { id: "delete", label: t("action.deleteConversation"), icon: Trash2, tone: "danger", run: ask(false) },
    may(row, "restore") && { id: "restore", label: t("action.restore"), icon: RotateCcw, run: () => void perform(id, "restore").catch(complain) },
    may(row, "purge") && { id: "purge", label: t("action.purge"), icon: Trash2, tone: "danger", run: ask(true) },
  ];
}
