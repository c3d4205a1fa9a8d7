import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { ApiError } from "@deskbridge/ui";
import { languageName, LOCALES, t, type Key } from "../i18n/index.ts";
import { patchContact } from "../api/endpoints.ts";
import type { Contact, ContactField } from "../api/types.ts";
import { setContact } from "../store/reading.ts";
import { has } from "../store/pages.ts";
import { inboxOf, settings } from "../store/session.ts";
import { readStored, store } from "../store/storage.ts";
import { dialog } from "../store/ui.ts";
import { may } from "../store/verbs.ts";
import { agentLabel, moreFieldLabel } from "../store/words.ts";
import { SmallFace } from "./avatar.tsx";
import { Editable, EditableText, InlineForm } from "./editable-text.tsx";
import { focusOnMount } from "./hooks.ts";
import { PersonBlocks } from "./panel-blocks.tsx";
import { Fact, Section } from "./panel-section.tsx";
import { SortingFacts } from "./panel-sorting.tsx";
import { StatusFact } from "./status.tsx";
import type { BlockProps } from "./panel.tsx";

/** Whether all the fields are unfolded is kept in the browser. */
const WHOLE = "panel.whole";
const FIELDS: readonly ContactField[] = ["name", "email", "phone", "language"];
const names: Record<ContactField, Key> = { name: "field.name", email: "field.email", phone: "field.phone", language: "field.language" };

/** Who it is. A field is a button that turns into a box; who may not edit sees plain text. */
export function ContactBlock({ row, detail }: BlockProps): VNode {
  const { contact } = detail;
  const editable = may(row, "edit_contact");
  const [whole, setWhole] = useState(readStored<boolean>(WHOLE) === true);
  // Kept at once and not after the next drawing: a reload may come before that.
  const unfold = (): void => {
    setWhole(!whole);
    store(WHOLE, !whole);
  };
  return (
    <Section id="contact" title={t("panel.contact")}>
      <ResponsibleFact row={row} />
      <StatusFact row={row} />
      <SortingFacts row={row} />
      <dl class="facts">
        {FIELDS.map((field) => (
          <Fact key={field} name={t(names[field])}>
            {editable && !settings.value.read_only_fields.includes(field) ? (
              <ContactFact contact={contact} field={field} />
            ) : (
              <span data-field={field}>{shown(contact, field) || "—"}</span>
            )}
          </Fact>
        ))}
        <MoreFacts contact={contact} editable={editable} whole={whole} />
      </dl>
      {settings.value.contact_fields.some((one) => !one.in_panel) && (
        <button type="button" class="link" aria-expanded={whole} data-whole-panel onClick={unfold}>
          {t(whole ? "panel.fewer" : "panel.all")}
        </button>
      )}
      <PersonBlocks row={row} detail={detail} />
      {has("people") && (
        <button type="button" class="link" data-person-data onClick={() => (dialog.value = { kind: "person_data", contact })}>
          {t("panel.personData")}
        </button>
      )}
    </Section>
  );
}

/** The fields of the YAML, and below them what a site told by other names; in short, only those that are for it (R37). */
function MoreFacts({ contact, editable, whole }: { contact: Contact; editable: boolean; whole: boolean }): VNode {
  const fields = settings.value.contact_fields;
  return (
    <>
      {fields
        .filter((one) => whole || one.in_panel)
        .map(({ id }) => (
          <Fact key={id} name={moreFieldLabel(id)}>
            {editable ? <MoreField contact={contact} id={id} /> : <span data-field={id}>{contact.attributes[id] ?? "—"}</span>}
          </Fact>
        ))}
      {Object.entries(contact.attributes)
        .filter(([name]) => fields.every(({ id }) => id !== name))
        .map(([name, value]) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
    </>
  );
}

/** Who answers it, where the inbox has that in the panel (R38). */
function ResponsibleFact({ row }: Pick<BlockProps, "row">): VNode | null {
  const { inbox, assignee } = row.conversation;
  if (inboxOf(inbox)?.shows_responsible === false) return null;
  return (
    <dl class="facts">
      <Fact name={t("filter.assignee")}>
        <span data-responsible>
          <SmallFace agent={assignee ?? undefined} />
          {assignee === null ? "—" : agentLabel(assignee)}
        </span>
      </Fact>
    </dl>
  );
}

function MoreField({ contact, id }: { contact: Contact; id: string }): VNode {
  const save = async (value: string): Promise<void> => {
    setContact(await patchContact(contact.id, { attributes: { [id]: value === "" ? null : value } }));
  };
  return <EditableText name={moreFieldLabel(id)} id={id} value={contact.attributes[id] ?? ""} save={save} />;
}

function shown(contact: Contact, field: ContactField): string {
  const value = contact[field] ?? "";
  return field === "language" && value !== "" ? languageName(value) : value;
}

const keyboards = { name: "text", email: "email", phone: "tel" } as const;
const faults: Partial<Record<ContactField, Key>> = { email: "field.email.bad", phone: "field.phone.bad" };

function ContactFact({ contact, field }: { contact: Contact; field: ContactField }): VNode {
  const props = { name: t(names[field]), value: shown(contact, field), id: field };
  return <Editable {...props} form={(done) => <FieldForm contact={contact} field={field} done={done} />} />;
}

/** The server decides what is a valid address or number; what it says stands below the box. */
function FieldForm({ contact, field, done }: { contact: Contact; field: ContactField; done: () => void }): VNode {
  const [value, setValue] = useState(contact[field] ?? "");
  const submit = async (): Promise<void> => {
    const next = value.trim();
    if (next !== (contact[field] ?? "")) setContact(await patchContact(contact.id, { [field]: next === "" ? null : next }));
    done();
  };
  const says = (error: ApiError): string => (error.fields[field] === undefined ? error.message : t(faults[field] ?? "field.bad"));
  return (
    <InlineForm submit={submit} cancel={done} says={says}>
      {(problem) => {
        const shared = { "aria-label": t(names[field]), ...problem, ref: focusOnMount };
        return field === "language" ? (
          <select {...shared} value={value} onChange={(event) => setValue(event.currentTarget.value)}>
            <option value="">—</option>
            {[...new Set([...LOCALES, ...(value === "" ? [] : [value])])].map((tag) => (
              <option key={tag} value={tag}>
                {languageName(tag)}
              </option>
            ))}
          </select>
        ) : (
          <input {...shared} type="text" inputMode={keyboards[field]} value={value} dir="auto" onInput={(event) => setValue(event.currentTarget.value)} />
        );
      }}
    </InlineForm>
  );
}
