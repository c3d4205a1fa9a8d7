import { countNonSpace, filesOf, Icon } from "@deskbridge/ui";
import { Paperclip, SendHorizontal, Smile, X } from "lucide";
import type { RefObject, VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Quote } from "../../shared/protocol.ts";
import { useShared } from "./context.ts";
import { EmojiButton } from "./EmojiButton.tsx";
import { PickedFiles } from "./PickedFiles.tsx";
import { QuoteView } from "./QuoteView.tsx";
import { useDraft } from "./useDraft.ts";
import type { Files } from "./useFiles.ts";

type Props = {
  thread: string;
  input: RefObject<HTMLTextAreaElement | null>;
  files: Files;
  reply: Quote | null;
  onReplyCancelled: () => void;
  /** Answers whether the message went on its way. */
  onSend: (text: string) => boolean;
};

/** Counting is shown only when the end comes near. */
const NEAR_LIMIT = 0.8;

export function Composer({ thread, input, files, reply, onReplyCancelled, onSend }: Props): VNode {
  const { desk, state, t } = useShared();
  const [text, setText] = useDraft(thread);
  const picker = useRef<HTMLInputElement>(null);
  const [choosing, setChoosing] = useState(false);
  const limit = state.config.max_length;
  const length = countNonSpace(text);
  const sendable = (length > 0 || files.list.length > 0) && length <= limit && state.phase !== "refused";

  useAutoHeight(input, text);
  useEffect(() => {
    if (state.opened > 0) input.current?.focus();
  }, [state.opened]);

  const send = (): void => {
    if (!sendable || !onSend(text.trim())) return;
    setText("");
    setChoosing(false);
    input.current?.focus();
  };
  const typed = (value: string): void => {
    setText(value);
    if (value.trim() !== "") desk.typing(thread);
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && choosing) {
      event.preventDefault();
      setChoosing(false);
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  const pasted = (event: ClipboardEvent): void => {
    const found = filesOf(event.clipboardData);
    if (found.length === 0) return;
    event.preventDefault();
    files.add(found);
  };
  const insert = (emoji: string): void => {
    const field = input.current;
    if (!field) return;
    field.setRangeText(emoji, field.selectionStart, field.selectionEnd, "end");
    typed(field.value);
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {reply && (
        <div class="replying">
          <QuoteView quote={reply} />
          <button type="button" class="tool" aria-label={t("reply_cancel")} onClick={onReplyCancelled}>
            <Icon of={X} size={18} />
          </button>
        </div>
      )}
      <PickedFiles files={files} />
      <div class="write">
        <button
          type="button"
          class="tool"
          aria-label={t("attach")}
          title={t("attach")}
          onClick={() => picker.current?.click()}
        >
          <Icon of={Paperclip} />
        </button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={({ currentTarget }) => {
            files.add(Array.from(currentTarget.files ?? []));
            currentTarget.value = "";
          }}
        />
        <textarea
          ref={input}
          rows={1}
          dir="auto"
          value={text}
          placeholder={t("placeholder")}
          aria-label={t("placeholder")}
          enterkeyhint="send"
          aria-describedby={length > limit * NEAR_LIMIT ? "length" : undefined}
          aria-invalid={length > limit}
          onInput={(event) => typed(event.currentTarget.value)}
          onKeyDown={pressed}
          onPaste={pasted}
        />
        <EmojiButton icon={Smile} open={choosing} onToggle={setChoosing} onPick={insert} back={input} />
        <button type="submit" class="send" aria-label={t("send")} title={t("send")} aria-disabled={!sendable}>
          <Icon of={SendHorizontal} size={18} />
        </button>
      </div>
      {length > limit * NEAR_LIMIT && (
        <p id="length" class={length > limit ? "length over" : "length"} role={length > limit ? "alert" : undefined}>
          {t("length", { n: length, limit })}
        </p>
      )}
    </form>
  );
}

function useAutoHeight(input: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const field = input.current;
    if (!field) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }, [text]);
}
