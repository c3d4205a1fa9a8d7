import type { VNode } from "preact";
import type { Row } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { asText, stopPicking, mayMakeTicket, picked, picking } from "../store/picking.ts";
import { dialog } from "../store/ui.ts";
import { copyText } from "../store/verbs.ts";
import { contactName } from "../store/words.ts";
import { Button, IconButton } from "./button.tsx";
import { Copy, Ticket, X } from "./icons.ts";

/** What can be done with the messages that are picked. */
export function PickingBar({ row }: { row: Row }): VNode | null {
  if (picking.value === null) return null;
  const { id } = row.conversation;
  const messages = picked(id);
  const copy = async (): Promise<void> => {
    await copyText(asText(messages, contactName(row)), "toast.copied");
    stopPicking();
  };
  return (
    <div class="picking-bar" role="toolbar" aria-label={t("pick.title")}>
      <IconButton icon={X} label={t("pick.leave")} onClick={() => stopPicking()} />
      <span class="picking-count" role="status">
        {t("pick.count", { n: messages.length })}
      </span>
      <Button icon={Copy} disabled={messages.length === 0} onClick={() => void copy()}>
        {t("pick.copy")}
      </Button>
      {mayMakeTicket(row) && (
        <Button tone="go" icon={Ticket} disabled={messages.length === 0} onClick={() => (dialog.value = { kind: "ticket", conversation: id, messages })}>
          {t("ticket.create")}
        </Button>
      )}
    </div>
  );
}

/** The box before a message that may be picked. */
export function PickBox({ on, label, onToggle }: { on: boolean; label: string; onToggle: () => void }): VNode {
  return (
    <label class="pick-box">
      <input type="checkbox" checked={on} aria-label={label} onChange={onToggle} />
    </label>
  );
}
