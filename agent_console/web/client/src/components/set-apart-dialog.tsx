import type { VNode } from "preact";
import { t } from "../i18n/index.ts";
import type { Contact, Identity } from "../api/types.ts";
import { setApart } from "../store/joining.ts";
import { inboxOf } from "../store/session.ts";
import { closeDialog } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { nameOfContact } from "../store/words.ts";
import { Button } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";

/** Asks once more before an account becomes a person of its own (S12). */
export function SetApartDialog({ contact, identity }: { contact: Contact; identity: Identity }): VNode {
  const confirm = (): void => {
    closeDialog();
    void setApart(contact, identity).catch(complain);
  };
  const channel = inboxOf(identity.inbox)?.name ?? identity.inbox;
  return (
    <DialogBox title={t("apart.title")} class="narrow">
      <p>{t("apart.sure", { account: identity.name ?? identity.external_id, channel, name: nameOfContact(contact) })}</p>
      <div class="form-buttons">
        <Button autoFocus onClick={closeDialog}>
          {t("action.cancel")}
        </Button>
        <Button tone="danger" onClick={confirm}>
          {t("apart.confirm")}
        </Button>
      </div>
    </DialogBox>
  );
}
