import type { RefObject, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import type { DraftKind, Row } from "../api/types.ts";
import { canSend, lengthOf, sendDraft, setWhenUploaded, tellTyping, waitsForUploads, whenUploaded } from "../store/composing.ts";
import { changeDraft, draftOf, writeDraft } from "../store/drafts.ts";
import { takeOther } from "../store/draft.ts";
import { prefs } from "../store/session.ts";
import { addFiles, isWaiting, trayOf } from "../store/tray.ts";
import { closeConversation, complain } from "../store/verbs.ts";
import { contactName, quotedName } from "../store/words.ts";
import { Button, IconButton } from "./button.tsx";
import { Counter } from "./counter.tsx";
import { EmojiButton } from "./emoji-button.tsx";
import { Paperclip, Quote, X, Zap } from "./icons.ts";
import { Suggested, SuggestButton } from "./suggest-reply.tsx";
import { TextField, type FieldHandle, type Sending } from "./text-field.tsx";
import { Tray } from "./tray.tsx";

type Part = { row: Row; kind: DraftKind };

/** The open composer: what is quoted, the text, the files, the tools. All of it is a draft until it is sent. */
export function Editor({ row, kind }: Part): VNode {
  const { id } = row.conversation;
  const field = useRef<FieldHandle>(null);
  useSendWhenUploaded(id, kind);
  const send = (how: Sending): void => {
    sendDraft(row, kind, how === "send_close" ? () => void closeConversation(id, "next").catch(complain) : undefined);
    field.current?.focus();
  };
  return (
    <div class="editor">
      <Quoting row={row} kind={kind} />
      <Conflict id={id} kind={kind} />
      {kind === "reply" && <Suggested id={id} />}
      <TextField
        id={id}
        text={draftOf(id, kind).text}
        {...wordsFor(row, kind)}
        handle={field}
        onText={(text) => {
          writeDraft(id, kind, text);
          if (kind === "reply" && text.trim() !== "") tellTyping(id);
        }}
        onSend={send}
        onFiles={(files) => addFiles(row, kind, files)}
        names={kind === "note"}
      />
      <Tray row={row} kind={kind} />
      <div class="tools">
        <AttachButton row={row} kind={kind} field={field} />
        <EmojiButton onPick={(emoji) => field.current?.insert(emoji)} />
        <QuickReplyButton id={id} kind={kind} field={field} />
        {kind === "reply" && <SuggestButton row={row} />}
        <Counter row={row} length={lengthOf(row, kind)} />
        <SendButton row={row} kind={kind} send={() => send("send")} />
      </div>
    </div>
  );
}

function wordsFor(row: Row, kind: DraftKind): { placeholder: string; label: string } {
  const name = contactName(row);
  if (kind === "note") return { placeholder: t("composer.notePlaceholder"), label: t("composer.noteField", { name }) };
  return { placeholder: t("composer.replyPlaceholder", { name }), label: t("composer.replyField", { name }) };
}

function Quoting({ row, kind }: Part): VNode | null {
  const { id } = row.conversation;
  const quoted = draftOf(id, kind).reply_to;
  if (!quoted) return null;
  return (
    <div class="editor-quote">
      <Icon of={Quote} size={14} />
      <span dir="auto">
        <b>{quotedName(quoted, contactName(row))}</b> {quoted.text}
      </span>
      <IconButton icon={X} size={14} label={t("composer.unquote")} onClick={() => changeDraft(id, kind, (draft) => ({ ...draft, reply_to: null }))} />
    </div>
  );
}

/** Two devices wrote this draft at once: which version is shown, and the way to the other. */
function Conflict({ id, kind }: { id: number; kind: DraftKind }): VNode | null {
  if (draftOf(id, kind).other === null) return null;
  return (
    <div class="editor-conflict" role="status">
      <span>{t("composer.conflict")}</span>
      <button type="button" class="link" onClick={() => changeDraft(id, kind, (draft) => takeOther(draft, Date.now()))}>
        {t("composer.showOther")}
      </button>
      <button type="button" class="link" onClick={() => changeDraft(id, kind, (draft) => ({ ...draft, other: null }))}>
        {t("composer.keepThis")}
      </button>
    </div>
  );
}

function AttachButton({ row, kind, field }: Part & { field: RefObject<FieldHandle | null> }): VNode {
  const picker = useRef<HTMLInputElement>(null);
  const choose = (): void => picker.current?.click();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.code === "KeyA" && event.altKey && (event.ctrlKey || event.metaKey)) choose();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label={t("key.attach")}
        onChange={(event) => {
          addFiles(row, kind, Array.from(event.currentTarget.files ?? []));
          event.currentTarget.value = "";
          field.current?.focus();
        }}
      />
      <IconButton icon={Paperclip} label={t("key.attach")} onClick={choose} />
    </>
  );
}

function QuickReplyButton({ id, kind, field }: { id: number; kind: DraftKind; field: RefObject<FieldHandle | null> }): VNode {
  const open = (): void => {
    const before = draftOf(id, kind).text.slice(0, field.current?.caret() ?? 0);
    field.current?.insert(before === "" || /\s$/.test(before) ? "/" : " /");
  };
  return (
    <button type="button" class="btn quiet quick-btn" onClick={open} aria-label={t("key.quickReplies")} data-tip={t("key.quickReplies")}>
      <Icon of={Zap} size={16} />
      <span class="opt">{t("composer.quickReplies")}</span>
    </button>
  );
}

function SendButton({ row, kind, send }: Part & { send: () => void }): VNode {
  const { id } = row.conversation;
  if (waitsForUploads(id, kind)) {
    return (
      <Button class="send" onClick={() => setWhenUploaded(id, kind, null)}>
        {t("composer.waitsForFiles")}
      </Button>
    );
  }
  const keys = prefs.value.enter_sends ? "Enter" : "Ctrl+Enter";
  return (
    <Button tone="go" class="send" disabled={!canSend(row, kind)} data-tip={keys} data-tip-side="left" onClick={send}>
      {t(kind === "note" ? "composer.addNote" : "composer.send")}
    </Button>
  );
}

/** Runs the send that waits for files, once the last of them is here. */
function useSendWhenUploaded(id: number, kind: DraftKind): void {
  const waiting = whenUploaded.value.get(`${id}.${kind}`);
  const busy = trayOf(id, kind).some(isWaiting);
  useEffect(() => {
    if (waiting && !busy) waiting();
  }, [waiting, busy]);
}
