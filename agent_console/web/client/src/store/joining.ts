/** People who are one: joined, with a way back for as long as it is in view, and made two again. */
import { deleteJoin, postApart, postJoin } from "../api/endpoints.ts";
import type { Contact, Identity, Join } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { setContact } from "./reading.ts";
import { toast } from "./toasts.ts";
import { complain } from "./verbs.ts";
import { nameOfContact } from "./words.ts";

export async function joinPeople(id: number, other: Contact): Promise<void> {
  const contact = await postJoin(id, other.id);
  setContact(contact);
  const made = contact.joins[0];
  toast({
    tone: "info",
    title: t("toast.joined", { name: nameOfContact(contact), other: nameOfContact(other) }),
    ...(made && { action: { label: t("action.undo"), run: () => void undoJoin(made).catch(complain) } }),
  });
}

export async function undoJoin({ id }: Pick<Join, "id">): Promise<void> {
  setContact(await deleteJoin(id));
}

export async function setApart(contact: Contact, identity: Identity): Promise<void> {
  setContact(await postApart(contact.id, identity.id));
}
