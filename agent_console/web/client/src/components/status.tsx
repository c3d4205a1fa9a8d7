import type { VNode } from "preact";
import { t } from "../i18n/index.ts";
import type { Row } from "../api/types.ts";
import { statuses, statusLabel, statusOf } from "../store/statuses.ts";
import { dialog } from "../store/ui.ts";
import { may } from "../store/verbs.ts";
import { IconButton } from "./button.tsx";
import { CircleDot, Pencil } from "./icons.ts";
import type { MenuItem } from "./menu.tsx";
import { Fact } from "./panel-section.tsx";
import { Tag } from "./tag.tsx";

/** The status in its colour; nothing where there is none. */
export function StatusChip({ row }: { row: Row }): VNode | null {
  const id = statusOf(row.conversation);
  if (id === undefined) return null;
  return (
    <span class="status" data-status={id}>
      <span class="sr-only">{t("status.name")}: </span>
      <Tag label={statusLabel(id)} color={statuses.value.get(id)?.color} />
    </span>
  );
}

const choose = (row: Row) => (): void => {
  dialog.value = { kind: "status", conversation: row.conversation.id };
};

/** In the panel: the status, and the way to change it. */
export function StatusFact({ row }: { row: Row }): VNode | null {
  if (statuses.value.size === 0) return null;
  return (
    <dl class="facts">
      <Fact name={t("status.name")}>
        <span class="labels" data-labels="status">
          {statusOf(row.conversation) === undefined ? "—" : <StatusChip row={row} />}
          {may(row, "set_status") && <IconButton icon={Pencil} size={13} label={t("status.change")} onClick={choose(row)} />}
        </span>
      </Fact>
    </dl>
  );
}

export function statusItem(row: Row): MenuItem | false {
  return may(row, "set_status") && { id: "status", label: t("status.change"), icon: CircleDot, keys: "S", run: choose(row) };
}
