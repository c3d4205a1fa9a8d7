import { Icon } from "@deskbridge/ui/icon.tsx";
import { Paperclip, SendHorizontal, X } from "lucide";
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { writeMail } from "../store/api.ts";
import { attempt, begin, begunAt } from "../store/desk.ts";
import type { Owner, Phone } from "../store/types.ts";

/** A letter with a subject and files, or the answer to one, whose subject is given. */
export function MailComposer({ phone, owner }: { phone: Phone; owner: Owner }): VNode {
  const [subject, setSubject] = useState("");
  const [text, setText] = useState("");
  const [files, setFiles] = useState<readonly File[]>([]);
  const field = useRef<HTMLTextAreaElement>(null);
  const begun = begunAt(phone.id, owner.id);
  const answered = begun?.message;

  useEffect(() => {
    if (answered) field.current?.focus();
  }, [answered]);

  async function send(): Promise<void> {
    if (!text.trim() && files.length === 0) return;
    const letter = { subject, text: text.trim(), quote: answered?.id ?? "", files };
    // The next letter may be begun before this one has gone; one that cannot go comes back where none was.
    const sending = writeMail(phone.id, owner.id, letter);
    setSubject("");
    setText("");
    setFiles([]);
    begin(phone.id, undefined);
    if (await attempt(phone.id, sending)) return;
    setSubject((now) => now || subject);
    setText((now) => now || text);
    setFiles((now) => (now.length > 0 ? now : files));
    if (begun && !begunAt(phone.id, owner.id)) begin(phone.id, begun);
  }

  if (owner.blocked) return <p class="shut">The address is closed: what is sent to it is refused.</p>;
  return (
    <form
      class="composer mail"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {answered ? (
        <p class="begun">
          <span>Answering: {answered.subject || "a mail without a subject"}</span>
          <button type="button" class="plain" aria-label="Cancel" onClick={() => begin(phone.id, undefined)}>
            <Icon of={X} size={14} />
          </button>
        </p>
      ) : (
        <input
          class="subject"
          aria-label="Subject"
          placeholder="Subject"
          maxLength={200}
          value={subject}
          onInput={(event) => setSubject(event.currentTarget.value)}
        />
      )}
      <textarea
        ref={field}
        rows={3}
        aria-label="Message"
        placeholder="Message"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void send();
        }}
      />
      <Enclosures files={files} change={setFiles} />
      <button type="submit" class="send" aria-label="Send" title="Send (Ctrl+Enter)">
        <Icon of={SendHorizontal} size={18} />
      </button>
    </form>
  );
}

function Enclosures({ files, change }: { files: readonly File[]; change: (files: readonly File[]) => void }): VNode {
  const input = useRef<HTMLInputElement>(null);

  function add(chosen: FileList | null): void {
    change([...files, ...(chosen ?? [])]);
    if (input.current) input.current.value = "";
  }

  return (
    <div class="enclosures">
      <button type="button" class="plain" aria-label="Attach" title="Attach" onClick={() => input.current?.click()}>
        <Icon of={Paperclip} size={18} />
      </button>
      <input ref={input} type="file" multiple hidden aria-label="A file" onChange={(event) => add(event.currentTarget.files)} />
      {files.map((one) => (
        <span key={`${one.name} ${one.lastModified} ${one.size}`} class="enclosed">
          {one.name}
          <button
            type="button"
            class="plain"
            aria-label={`Remove ${one.name}`}
            onClick={() => change(files.filter((other) => other !== one))}
          >
            <Icon of={X} size={14} />
          </button>
        </span>
      ))}
    </div>
  );
}
