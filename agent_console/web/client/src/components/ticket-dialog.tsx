import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "@deskbridge/ui";
import { postTicket } from "../api/endpoints.ts";
import type { Message, TicketField, TicketKind } from "../api/types.ts";
import { inOwnWords, t, type Key } from "../i18n/index.ts";
import { getRow } from "../store/desk.ts";
import { asText, stopPicking } from "../store/picking.ts";
import { session } from "../store/session.ts";
import { toast } from "../store/toasts.ts";
import { closeDialog } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { contactName, messageLine } from "../store/words.ts";
import { Button } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";

const LONGEST_TITLE = 200;
const FIRST_TITLE = 80;

type Values = Record<string, string>;
type Props = { conversation: number; messages: readonly Message[] };

const words = (label: string | Record<string, string>): string => inOwnWords(label, session.value!.settings.locale);

/** Makes a task of messages: its kind, a title, a text to begin with, and the fields of the YAML. */
export function TicketDialog({ conversation, messages }: Props): VNode | null {
  const row = getRow(conversation);
  const kinds = session.value!.tickets;
  const [kind, setKind] = useState<TicketKind | undefined>(kinds[0]);
  const [title, setTitle] = useState(() => (messages[0] ? messageLine(messages[0]).slice(0, FIRST_TITLE) : ""));
  const [text, setText] = useState(() => (row ? asText(messages, contactName(row)) : ""));
  const [values, setValues] = useState<Values>({});
  const [faults, setFaults] = useState<ReadonlySet<string>>(new Set());
  const [sending, setSending] = useState(false);
  if (!row || !kind) return null;
  const send = async (): Promise<void> => {
    setSending(true);
    try {
      const fields = Object.fromEntries(kind.fields.map(({ id }) => [id, (values[id] ?? "").trim()]).filter(([, value]) => value !== ""));
      await postTicket(conversation, { target: kind.id, title: title.trim(), text, fields, messages: messages.map(({ id }) => id) });
      stopPicking();
      closeDialog();
      toast({ tone: "info", title: t("ticket.sent", { target: words(kind.label) }) });
    } catch (error) {
      setSending(false);
      if (error instanceof ApiError && error.code === "invalid") setFaults(new Set(Object.keys(error.fields)));
      else complain(error);
    }
  };
  return (
    <DialogBox title={t("ticket.create")} class="ticket">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        {kinds.length > 1 && (
          <label class="field">
            <span>{t("ticket.target")}</span>
            <select value={kind.id} onChange={(event) => setKind(kinds.find(({ id }) => id === event.currentTarget.value))}>
              {kinds.map(({ id, label }) => (
                <option key={id} value={id}>
                  {words(label)}
                </option>
              ))}
            </select>
          </label>
        )}
        <label class="field">
          <span>{t("ticket.title")}</span>
          <input value={title} required autoFocus dir="auto" maxLength={LONGEST_TITLE} aria-invalid={faults.has("title")} onInput={(event) => setTitle(event.currentTarget.value)} />
        </label>
        {kind.fields.map((field) => (
          <FieldInput key={`${kind.id}.${field.id}`} field={field} value={values[field.id] ?? ""} wrong={faults.has(`fields.${field.id}`)} change={(value) => setValues((known) => ({ ...known, [field.id]: value }))} />
        ))}
        <label class="field">
          <span>{t("ticket.text")}</span>
          <textarea value={text} rows={9} dir="auto" onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        {faults.size > 0 && (
          <p class="problem" role="alert">
            {t("ticket.wrong" satisfies Key)}
          </p>
        )}
        <div class="form-buttons">
          <Button onClick={closeDialog}>{t("action.cancel")}</Button>
          <Button type="submit" tone="go" disabled={sending || title.trim() === ""}>
            {t("ticket.send")}
          </Button>
        </div>
      </form>
    </DialogBox>
  );
}

type FieldProps = { field: TicketField; value: string; wrong: boolean; change: (value: string) => void };

function FieldInput({ field, value, wrong, change }: FieldProps): VNode {
  return (
    <label class="field">
      <span>{field.required ? t("ticket.required", { label: words(field.label) }) : words(field.label)}</span>
      {field.type === "choice" ? (
        <select value={value} required={field.required} aria-invalid={wrong} onChange={(event) => change(event.currentTarget.value)}>
          <option value="">{t("ticket.choose")}</option>
          {field.choices.map(({ id, label }) => (
            <option key={id} value={id}>
              {words(label)}
            </option>
          ))}
        </select>
      ) : (
        <input value={value} required={field.required} dir="auto" maxLength={1000} aria-invalid={wrong} onInput={(event) => change(event.currentTarget.value)} />
      )}
    </label>
  );
}
