import type { VNode } from "preact";
import { t } from "../i18n/index.ts";
import { desk } from "../store/desk.ts";
import { offeredStatuses, statusLabel, statusOf } from "../store/statuses.ts";
import { chooseStatus } from "../store/statusing.ts";
import { closeDialog } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { DialogBox } from "./dialog.tsx";
import { PickList } from "./pick-list.tsx";

/** The statuses to choose from; choosing one that closes or reopens does so. */
export function StatusDialog({ conversation }: { conversation: number }): VNode | null {
  const row = desk.value.rows.get(conversation)?.value;
  if (!row) return null;
  const now = statusOf(row.conversation);
  const choices = offeredStatuses.value.map(({ id, color, kind }) => ({
    id,
    label: statusLabel(id),
    color,
    ...(kind !== row.conversation.state && { note: t(kind === "closed" ? "status.closes" : "status.reopens") }),
  }));
  const toggle = (id: string): void => {
    closeDialog();
    void chooseStatus(conversation, id).catch(complain);
  };
  return (
    <DialogBox title={t("status.change")} class="narrow">
      <PickList label={t("status.pick")} choices={choices} chosen={new Set(now === undefined ? [] : [now])} toggle={toggle} single autoFocus />
    </DialogBox>
  );
}
