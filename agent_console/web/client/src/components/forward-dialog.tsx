import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, uuid } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import type { Attachment, Row } from "../api/types.ts";
import { findTargets, forwardFile, tooLargeFor, tooLargeText } from "../store/forwarding.ts";
import { closeDialog } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { agentLabel, channelName, contactName, errorText } from "../store/words.ts";
import { Avatar } from "./avatar.tsx";
import { Button } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";
import { Forward } from "./icons.ts";

const TYPING_PAUSE = 200;

/** Sends a file to another customer too: whom, and then with which words. */
export function ForwardDialog({ file }: { file: Attachment }): VNode {
  const [target, setTarget] = useState<Row | null>(null);
  const title = target === null ? t("forward.title", { name: file.name }) : t("forward.to", { name: file.name, customer: contactName(target) });
  return (
    <DialogBox title={title} class="narrow">
      {target === null ? <Targets file={file} onChoose={setTarget} /> : <Words file={file} target={target} back={() => setTarget(null)} />}
    </DialogBox>
  );
}

function Targets({ file, onChoose }: { file: Attachment; onChoose: (row: Row) => void }): VNode {
  const [query, setQuery] = useState("");
  const found = useTargets(query);
  return (
    <div class="people">
      <input type="search" autocomplete="off" autoFocus value={query} placeholder={t("forward.search")} aria-label={t("forward.search")} onInput={(event) => setQuery(event.currentTarget.value)} />
      <ul aria-label={t("forward.pick")}>
        {found?.map((row) => (
          <li key={row.conversation.id}>
            <button type="button" class="person" data-target={row.conversation.id} onClick={() => onChoose(row)}>
              <Target row={row} file={file} />
            </button>
          </li>
        ))}
      </ul>
      <p class="meta" role="status">
        {found?.length === 0 && t("forward.none")}
      </p>
    </div>
  );
}

/** What was found last, or nothing until the first answer; a late answer to earlier words is dropped. */
function useTargets(query: string): readonly Row[] | null {
  const [found, setFound] = useState<readonly Row[] | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const rows = await findTargets(query, abort.signal);
        if (!abort.signal.aborted) setFound(rows);
      } catch (error) {
        if (abort.signal.aborted) return;
        complain(error);
      }
    };
    const timer = setTimeout(() => void ask(), query === "" ? 0 : TYPING_PAUSE);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query]);
  return found;
}

function Target({ row, file }: { row: Row; file: Attachment }): VNode {
  const { contact, inbox, assignee, state } = row.conversation;
  const name = contactName(row);
  const told = [channelName(row), assignee === null ? null : agentLabel(assignee), state === "closed" ? t("state.closed") : null];
  return (
    <>
      <Avatar id={contact.id} name={name} url={contact.avatar_url} inbox={inbox} size="s" />
      <span class="person-name">
        <span dir="auto">{name}</span>
        <small>{tooLargeText(row, file) ?? told.filter((one) => one !== null).join(" · ")}</small>
      </span>
    </>
  );
}

function Words({ file, target, back }: { file: Attachment; target: Row; back: () => void }): VNode {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const key = useRef(uuid());
  const words = useRef<HTMLTextAreaElement>(null);
  useEffect(() => words.current!.focus(), []);
  const large = tooLargeFor(target, file);
  const refused = large !== null && !large.asLink;
  const submit = async (): Promise<void> => {
    setBusy(true);
    try {
      await forwardFile(target, file, text, key.current);
      closeDialog();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setTrouble(errorText(error));
      setBusy(false);
    }
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label class="field">
        <span>{t("forward.words")}</span>
        <textarea ref={words} rows={3} dir="auto" value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      {large !== null && (
        <p class={refused ? "problem" : "meta"} role={refused ? "alert" : "status"}>
          {tooLargeText(target, file)}
        </p>
      )}
      {trouble !== null && (
        <p class="problem" role="alert">
          {trouble}
        </p>
      )}
      <div class="form-buttons">
        <Button onClick={back}>{t("forward.other")}</Button>
        <Button type="submit" tone="go" icon={Forward} disabled={busy || refused}>
          {t("forward.send")}
        </Button>
      </div>
    </form>
  );
}
