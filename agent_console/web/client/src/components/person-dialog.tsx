import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "@deskbridge/ui";
import { personExport, postErase } from "../api/endpoints.ts";
import type { Contact } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { p } from "../i18n/pages/index.ts";
import { toast } from "../store/toasts.ts";
import { closeDialog, focusOn } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { nameOfContact } from "../store/words.ts";
import { Button } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";
import { Download } from "./icons.ts";

/** All there is of a person, to take away, or to have gone for ever once their number was typed. */
export function PersonDialog({ contact }: { contact: Contact }): VNode {
  const name = nameOfContact(contact);
  return (
    <DialogBox title={p("person.title", { name })} class="narrow">
      <p>{p("person.export")}</p>
      <div class="form-buttons">
        <a class="btn" href={personExport(contact.id)} download data-export-person>
          <Icon of={Download} size={16} />
          <span>{p("person.export.do")}</span>
        </a>
      </div>
      <Erasing id={contact.id} name={name} />
    </DialogBox>
  );
}

function Erasing({ id, name }: { id: number; name: string }): VNode {
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const sure = typed.trim() === String(id);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!sure) return;
    setBusy(true);
    void erase(id, name).catch((error: unknown) => {
      setBusy(false);
      complain(error);
    });
  };
  return (
    <form class="form" onSubmit={submit}>
      <h3>{p("person.erase.title")}</h3>
      <p>{p("person.erase", { name })}</p>
      <div class="field">
        <label htmlFor="erase-number">{p("person.erase.type", { n: String(id) })}</label>
        <input id="erase-number" type="text" inputMode="numeric" autocomplete="off" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
      </div>
      <div class="form-buttons">
        <Button onClick={closeDialog}>{t("action.cancel")}</Button>
        <Button tone="danger" type="submit" disabled={!sure || busy}>
          {p("person.erase.do")}
        </Button>
      </div>
    </form>
  );
}

async function erase(id: number, name: string): Promise<void> {
  const { surfaces } = await postErase(id);
  closeDialog();
  focusOn("list");
  const left = surfaces.filter(({ staffs }) => staffs > 0).map(({ surface, staffs }) => p("person.left", { surface, n: String(staffs) }));
  toast({ tone: "info", title: p("person.erased", { name }), ...(left.length > 0 && { text: left.join(" ") }) });
}
