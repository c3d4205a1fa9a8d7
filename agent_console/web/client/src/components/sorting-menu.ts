import { t } from "../i18n/index.ts";
import type { Row } from "../api/types.ts";
import { tags, topicsAreUsed } from "../store/labels.ts";
import { showOnly } from "../store/list.ts";
import { dialog } from "../store/ui.ts";
import { complain, may } from "../store/verbs.ts";
import { ListFilter, Tag, Tags } from "./icons.ts";
import type { MenuItem } from "./menu.tsx";

export function onlyThisClient({ conversation }: Row): MenuItem {
  return { id: "only", label: t("action.onlyClient"), icon: ListFilter, run: () => void showOnly(conversation.contact.id).catch(complain) };
}

/** Of a closed conversation some things wait until it is open again: they are shown, and say so (R43). */
export const untilOpen = (row: Row): string | false => row.conversation.state === "closed" && may(row, "reopen") && t("state.reopenFirst");

/** How the conversation and its client are sorted, as far as the YAML has anything to sort by. */
export function sortingItems(row: Row): (MenuItem | false)[] {
  const { id } = row.conversation;
  const closed = untilOpen(row);
  return [
    topicsAreUsed() &&
      (may(row, "set_topics") || closed !== false) && {
        id: "topics",
        label: t("action.topics"),
        icon: Tags,
        keys: "M",
        disabled: closed,
        run: () => (dialog.value = { kind: "topics", conversation: id }),
      },
    tags.value.size > 0 && may(row, "tag") && { id: "tags", label: t("action.tags"), icon: Tag, keys: "L", run: () => (dialog.value = { kind: "tags", conversation: id }) },
    onlyThisClient(row),
  ];
}
