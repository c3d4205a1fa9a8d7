import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Quote } from "../../shared/protocol.ts";
import { askedFields } from "../ask.ts";
import { Composer } from "./Composer.tsx";
import { useShared } from "./context.ts";
import { DropArea } from "./DropArea.tsx";
import { Locked } from "./Locked.tsx";
import { Log } from "./Log.tsx";
import { PreChat, type Answered } from "./PreChat.tsx";
import { useFiles } from "./useFiles.ts";

/** One conversation: its messages, the form that may come before it, and the place to write. */
export function ThreadView({ thread }: { thread: string }): VNode {
  const { desk, state } = useShared();
  const { data, config, block } = state;
  const [reply, setReply] = useState<Quote | null>(null);
  const files = useFiles(config.max_upload);
  const answered = useRef<Answered | null>(null);
  const input = useRef<HTMLTextAreaElement>(null);

  const queued = data.outbox.filter((item) => item.thread === thread);
  const begun = data.threads.some((one) => one.thread === thread) || queued.length > 0;
  const refusedForm = queued.some((item) => item.reason === "pre_chat");
  const fields = askedFields(state, begun, refusedForm);

  const quote = (message: Quote): void => {
    setReply(message);
    input.current?.focus();
  };
  /** What the form holds goes along; a form with a gap is shown instead, and nothing is sent. */
  const send = (text: string): boolean => {
    if (answered.current && !answered.current.take()) return false;
    desk.outbox.send(
      thread,
      text,
      files.list.map((one) => one.file),
      reply,
    );
    files.clear();
    setReply(null);
    return true;
  };

  return (
    <DropArea onFiles={block ? null : files.add}>
      <Log thread={thread} queued={queued} onReply={quote}>
        {!block && fields.length > 0 && <PreChat fields={fields} answered={answered} done={() => input.current?.focus()} />}
      </Log>
      {block ? (
        <Locked block={block} />
      ) : (
        <Composer
          thread={thread}
          input={input}
          files={files}
          reply={reply}
          onReplyCancelled={() => setReply(null)}
          onSend={send}
        />
      )}
    </DropArea>
  );
}
