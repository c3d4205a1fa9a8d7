import type { VNode } from "preact";
import { t } from "../i18n/index.ts";
import type { Message } from "../api/types.ts";
import { closeDialog } from "../store/ui.ts";
import { complain, deleteMessage } from "../store/verbs.ts";
import { messageLine } from "../store/words.ts";
import { Button } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";
import { focusWhenShown } from "./hooks.ts";

/** Asks once: what was taken back is not brought back. */
export function DeleteMessage({ message }: { message: Message }): VNode {
  const confirm = (): void => {
    closeDialog();
    // Its buttons go with its text; the message itself stays, and keeps the place in the thread.
    focusWhenShown(() => document.querySelector<HTMLElement>(`[data-message="${message.id}"]`));
    void deleteMessage(message.id).catch(complain);
  };
  return (
    <DialogBox title={t(message.kind === "note" ? "delete.titleNote" : "delete.title")} class="narrow">
      <blockquote class="delete-what" dir="auto">
        {messageLine(message)}
      </blockquote>
      <p>{t(message.kind === "note" ? "delete.whatNote" : "delete.what")}</p>
      <div class="form-buttons">
        <Button autoFocus onClick={closeDialog}>
          {t("action.cancel")}
        </Button>
        <Button tone="danger" onClick={confirm}>
          {t("action.delete")}
        </Button>
      </div>
    </DialogBox>
  );
}
