import { Icon } from "@deskbridge/ui/icon.tsx";
import { SendHorizontal, X } from "lucide";
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { act } from "../store/api.ts";
import { attempt, begin, begunAt } from "../store/desk.ts";
import type { Message, Owner, Phone } from "../store/types.ts";
import { Attach } from "./attach.tsx";

// The shop forgets that somebody writes about as soon, in ms.
const TELL_EVERY = 4000;

export function Composer({ phone, owner }: { phone: Phone; owner: Owner }): VNode {
  const [text, setText] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const told = useRef(0);
  const begun = begunAt(phone.id, owner.id);

  useEffect(() => {
    if (begun?.verb === "edit") setText(wordsOf(begun.message));
    if (begun) field.current?.focus();
  }, [begun]);

  function write(words: string): void {
    setText(words);
    if (!phone.can.includes("typing") || Date.now() - told.current < TELL_EVERY) return;
    told.current = Date.now();
    void attempt(phone.id, act(phone.id, owner.id, "typing"));
  }

  function send(): void {
    const words = text.trim();
    if (!words) return;
    const sending =
      begun?.verb === "edit"
        ? act(phone.id, owner.id, "edit", { message: begun.message.id, text: words })
        : act(phone.id, owner.id, "write", { text: words, quote: begun?.message.id ?? "" });
    void sendAway(sending);
  }

  /** The next one may be begun before this one has gone; one that cannot go comes back where none was. */
  async function sendAway(sending: Promise<void>): Promise<void> {
    finish();
    if (await attempt(phone.id, sending)) return;
    setText((now) => now || text);
    if (begun && !begunAt(phone.id, owner.id)) begin(phone.id, begun);
  }

  function finish(): void {
    setText("");
    told.current = 0;
    begin(phone.id, undefined);
  }

  if (owner.blocked) return <p class="shut">The shop is blocked and can write no more.</p>;
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {begun && (
        <p class="begun">
          <span>
            {begun.verb === "edit" ? "Editing" : "Answering"}: {wordsOf(begun.message) || "a message"}
          </span>
          <button type="button" class="plain" aria-label="Cancel" onClick={finish}>
            <Icon of={X} size={14} />
          </button>
        </p>
      )}
      <Attach phone={phone} owner={owner} text={text} send={(sending) => void sendAway(sending)} />
      <textarea
        ref={field}
        rows={1}
        aria-label="Message"
        placeholder="Message"
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && begun) finish();
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <button type="submit" class="send" aria-label="Send" title="Send">
        <Icon of={SendHorizontal} size={18} />
      </button>
    </form>
  );
}

function wordsOf(message: Message): string {
  return message.spans.map((one) => one.text).join("");
}
