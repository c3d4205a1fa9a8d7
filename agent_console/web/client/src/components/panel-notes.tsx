import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { fullTime, Icon, RichText } from "@deskbridge/ui";
import { locale, t } from "../i18n/index.ts";
import { getContactNotes, getNotes, postContactNote } from "../api/endpoints.ts";
import type { ContactNote, Message, Row } from "../api/types.ts";
import { sendMessage } from "../store/sending.ts";
import { threadOf } from "../store/reading.ts";
import { complain, may } from "../store/verbs.ts";
import { agentLabel, authorName, contactName } from "../store/words.ts";
import { Button } from "./button.tsx";
import { focusOnMount } from "./hooks.ts";
import { Lock, Plus } from "./icons.ts";
import { Section } from "./panel-section.tsx";
import type { BlockProps } from "./panel.tsx";

/** What the team has written down: in this conversation, and of this customer in general. */
export function NotesTab({ row, detail }: BlockProps): VNode {
  return (
    <>
      <ConversationNotes row={row} />
      <AboutContact row={row} contact={detail.contact.id} />
    </>
  );
}

function ConversationNotes({ row }: { row: Row }): VNode {
  const { id } = row.conversation;
  const notes = useNotes(id);
  return (
    <Section id="notes" title={t("notes.conversation")}>
      <NoteForm label={t("notes.leave")} allowed={may(row, "note")} save={(text) => saveNote(id, text)} />
      {notes?.length === 0 && <p class="meta">{t("notes.none")}</p>}
      <ul class="notes">
        {notes?.map((note) => (
          <li key={note.id} class="note-card">
            <Head by={authorName(note.author, contactName(row))} at={note.at} />
            <RichText text={note.text} rich={note.rich} lang={note.lang} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** A note is a message of the conversation that only the team sees; it goes the way of every message. */
async function saveNote(id: number, text: string): Promise<void> {
  sendMessage({ conversation_id: id, kind: "note", text, attachments: [], reply_to: null, draft_revision: null });
}

/** The notes as the server has them, and those that came while this was on the screen. */
function useNotes(id: number): Message[] | null {
  const [loaded, setLoaded] = useState<readonly Message[] | null>(null);
  useEffect(() => {
    getNotes(id)
      .then(({ messages }) => setLoaded(messages))
      .catch(complain);
  }, [id]);
  if (!loaded) return null;
  const all = new Map(loaded.map((note) => [note.id, note]));
  for (const { value } of threadOf(id).known.values()) if (value.kind === "note") all.set(value.id, value);
  return [...all.values()].filter((note) => !note.deleted).sort((a, b) => b.id - a.id);
}

function AboutContact({ row, contact }: { row: Row; contact: number }): VNode {
  const [notes, setNotes] = useState<readonly ContactNote[] | null>(null);
  useEffect(() => {
    getContactNotes(contact)
      .then((answer) => setNotes(answer.notes))
      .catch(complain);
  }, [contact]);
  const save = async (text: string): Promise<void> => {
    const note = await postContactNote(contact, text);
    setNotes((before) => [note, ...(before ?? [])]);
  };
  return (
    <Section id="contact-notes" title={t("notes.contact")}>
      <NoteForm label={t("notes.leaveContact")} allowed={may(row, "edit_contact") || may(row, "note")} save={save} />
      {notes?.length === 0 && <p class="meta">{t("notes.none")}</p>}
      <ul class="notes">
        {notes
          ?.slice()
          .sort((a, b) => b.at - a.at)
          .map((note) => (
            <li key={note.id} class="note-card">
              <Head by={agentLabel(note.by)} at={note.at} />
              <RichText text={note.text} />
            </li>
          ))}
      </ul>
    </Section>
  );
}

function Head({ by, at }: { by: string; at: number }): VNode {
  return (
    <div class="note-head">
      <Icon of={Lock} size={12} />
      <b dir="auto">{by}</b>
      <time dateTime={new Date(at).toISOString()}>{fullTime(at, locale.value)}</time>
    </div>
  );
}

type FormProps = { label: string; allowed: boolean; save: (text: string) => Promise<void> };

function NoteForm({ label, allowed, save }: FormProps): VNode | null {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  if (!allowed) return null;
  if (!open) {
    return (
      <Button icon={Plus} onClick={() => setOpen(true)}>
        {label}
      </Button>
    );
  }
  const submit = async (): Promise<void> => {
    await save(text.trim());
    setText("");
    setOpen(false);
  };
  return (
    <form
      class="note-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit().catch(complain);
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          setOpen(false);
        }
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && text.trim() !== "") void submit().catch(complain);
      }}
    >
      <textarea ref={focusOnMount} value={text} rows={3} dir="auto" aria-label={label} placeholder={t("composer.onlyTeam")} onInput={(event) => setText(event.currentTarget.value)} />
      <div class="form-buttons">
        <Button onClick={() => setOpen(false)}>{t("action.cancel")}</Button>
        <Button type="submit" tone="go" disabled={text.trim() === ""}>
          {t("action.save")}
        </Button>
      </div>
    </form>
  );
}

/** On the Information tab: a note without leaving it. */
export function LeaveNote({ row }: { row: Row }): VNode | null {
  if (!may(row, "note")) return null;
  return (
    <div class="leave-note">
      <NoteForm label={t("notes.leave")} allowed save={(text) => saveNote(row.conversation.id, text)} />
    </div>
  );
}
