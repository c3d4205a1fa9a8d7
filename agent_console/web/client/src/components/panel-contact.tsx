import type { VNode } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { ApiError, Icon } from "@deskbridge/ui";
import { languageName, LOCALES, t, type Key } from "../i18n/index.ts";
import { patchContact } from "../api/endpoints.ts";
import type { Contact, ContactField } from "../api/types.ts";
import { setContact } from "../store/reading.ts";
import { settings } from "../store/session.ts";
import { complain, may } from "../store/verbs.ts";
import { moreFieldLabel } from "../store/words.ts";
import { Button } from "./button.tsx";
import { EditableText } from "./editable-text.tsx";
import { focusOnMount } from "./hooks.ts";
import { Check, Pencil } from "./icons.ts";
import { Fact, Section } from "./panel-section.tsx";
import type { BlockProps } from "./panel.tsx";

const FIELDS: readonly ContactField[] = ["name", "email", "phone", "language"];
const names: Record<ContactField, Key> = { name: "field.name", email: "field.email", phone: "field.phone", language: "field.language" };

/** Who it is. A field is a button that turns into a box; who may not edit sees plain text. */
export function ContactBlock({ row, detail }: BlockProps): VNode {
  const { contact } = detail;
  const editable = may(row, "edit_contact");
  return (
    <Section id="contact" title={t("panel.contact")}>
      <dl class="facts">
        {FIELDS.map((field) => (
          <Fact key={field} name={t(names[field])}>
            {editable && !settings.value.read_only_fields.includes(field) ? (
              <Editable contact={contact} field={field} />
            ) : (
              <span data-field={field}>{shown(contact, field) || "—"}</span>
            )}
          </Fact>
        ))}
        {settings.value.contact_fields.map(({ id }) => (
          <Fact key={id} name={moreFieldLabel(id)}>
            {editable ? <MoreField contact={contact} id={id} /> : <span data-field={id}>{contact.attributes[id] ?? "—"}</span>}
          </Fact>
        ))}
        {Object.entries(contact.attributes)
          .filter(([name]) => settings.value.contact_fields.every(({ id }) => id !== name))
          .map(([name, value]) => (
            <Fact key={name} name={name}>
              {value}
            </Fact>
          ))}
      </dl>
    </Section>
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

function Editable({ contact, field }: { contact: Contact; field: ContactField }): VNode {
  const [editing, setEditing] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const value = shown(contact, field);
  if (editing) {
    const done = (): void => {
      setEditing(false);
      requestAnimationFrame(() => button.current?.focus());
    };
    return <FieldForm contact={contact} field={field} done={done} />;
  }
  return (
    <button ref={button} type="button" class="fact-edit" data-field={field} aria-label={t("panel.editField", { field: t(names[field]), value })} onClick={() => setEditing(true)}>
      <span class={value === "" ? "missing" : ""}>{value || t("panel.add")}</span>
      <Icon of={Pencil} size={13} />
    </button>
  );
}

const keyboards = { name: "text", email: "email", phone: "tel" } as const;

/** The server decides what is a valid address or number; what it says stands below the box. */
function FieldForm({ contact, field, done }: { contact: Contact; field: ContactField; done: () => void }): VNode {
  const [value, setValue] = useState(contact[field] ?? "");
  const [trouble, setTrouble] = useState<string | null>(null);
  const problem = useId();
  const save = async (): Promise<void> => {
    const next = value.trim();
    if (next === (contact[field] ?? "")) return done();
    try {
      setContact(await patchContact(contact.id, { [field]: next === "" ? null : next }));
      done();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 422) return complain(error);
      setTrouble(error.fields[field] === undefined ? error.message : t(field === "email" ? "field.email.bad" : field === "phone" ? "field.phone.bad" : "field.bad"));
    }
  };
  const shared = { "aria-label": t(names[field]), "aria-invalid": trouble !== null, "aria-describedby": trouble === null ? undefined : problem, ref: focusOnMount };
  return (
    <form
      class="fact-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        done();
      }}
    >
      {field === "language" ? (
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
      )}
      <Button type="submit" tone="go" icon={Check}>
        {t("action.save")}
      </Button>
      {trouble !== null && (
        <p id={problem} class="problem" role="alert">
          {trouble}
        </p>
      )}
    </form>
  );
}
