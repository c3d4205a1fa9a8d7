/** A chat with colleagues: who is in it, what was said, and where one says more. */
import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { dayLabel, Icon, RichText } from "@deskbridge/ui";
import { postMeeting, type Chat, type ChatMessage } from "../api/chats.ts";
import { ByLine, Stamp } from "../components/bubble.tsx";
import { Button, IconButton } from "../components/button.tsx";
import { Failure } from "../components/failure.tsx";
import { ArrowLeft, Lock, Send, Video } from "../components/icons.ts";
import { sendingOf } from "../components/text-field.tsx";
import { listNames, locale, t } from "../i18n/index.ts";
import { p } from "../i18n/pages/index.ts";
import { chatName, openChat } from "../store/chats.ts";
import { catchUp, dropUnsaid, draftIn, loadEarlier, openThread, readChat, sayIn, send, thread, writeIn, type Unsaid } from "../store/chat-thread.ts";
import { now } from "../store/clock.ts";
import { agentName, me, prefs, settings } from "../store/session.ts";
import { complain } from "../store/verbs.ts";
import { agentLabel, errorText } from "../store/words.ts";

export function ChatView({ chat }: { chat: Chat }): VNode {
  useFollowing(chat);
  return (
    <>
      <header class="bar conversation-bar">
        <IconButton class="back" icon={ArrowLeft} label={t("action.back")} onClick={() => openChat(null)} />
        <div class="conversation-who">
          <h1 dir="auto">{chatName(chat)}</h1>
          <span class="meta" title={p("chats.members", { names: listNames(chat.members.map(agentName)) })}>
            {p("chats.members", { names: listNames(chat.members.map(agentLabel)) })}
          </span>
        </div>
      </header>
      <Said chat={chat} />
      <ChatComposer chat={chat} />
    </>
  );
}

/** Loads what is said, as it is said, and counts as read what is looked at. */
function useFollowing(chat: Chat): void {
  const last = chat.last?.id ?? 0;
  const shown = thread.value?.chat === chat.id ? (thread.value.messages.at(-1)?.id ?? 0) : null;
  useEffect(() => void openThread(chat.id).catch(complain), [chat.id]);
  useEffect(() => {
    if (shown !== null && shown > 0 && last > shown) void catchUp(chat.id).catch(complain);
    if (shown === 0 && last > 0) void catchUp(chat.id).catch(complain);
  }, [last]);
  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState === "visible" && document.hasFocus()) void readChat(chat).catch(complain);
    };
    look();
    addEventListener("focus", look);
    return () => removeEventListener("focus", look);
  }, [shown, chat.unread]);
}

function Said({ chat }: { chat: Chat }): VNode {
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const found = thread.value?.chat === chat.id ? thread.value : null;
  const first = found?.messages[0]?.id;
  const before = useRef<{ first: number | undefined; height: number }>({ first: undefined, height: 0 });
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    // What was read stays where it was when earlier messages come above it.
    if (before.current.first !== undefined && first !== before.current.first) box.scrollTop += box.scrollHeight - before.current.height;
    else if (atEnd.current) box.scrollTop = box.scrollHeight;
    before.current = { first, height: box.scrollHeight };
  }, [first, found?.messages.length, found?.unsaid.length]);
  if (found?.error && found.messages.length === 0) return <Failure error={found.error} retry={() => void openThread(chat.id).catch(complain)} />;
  return (
    <div
      ref={scroller}
      class="thread"
      tabIndex={0}
      role="log"
      aria-label={chatName(chat)}
      aria-busy={found === null}
      onScroll={({ currentTarget: box }) => {
        atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
      }}
    >
      <div class="thread-fill" />
      {found?.more && (
        <div class="thread-start">
          <button type="button" class="link" onClick={() => void loadEarlier().catch(complain)}>
            {p("chats.earlier")}
          </button>
        </div>
      )}
      {found?.messages.map((message, at) => (
        <Line key={message.id} message={message} before={found.messages[at - 1]} />
      ))}
      {found?.unsaid.map((one) => (
        <NotYet key={one.key} chat={chat.id} of={one} />
      ))}
    </div>
  );
}

const GAP = 5 * 60_000;
const day = (at: number): string => new Date(at).toDateString();

function Line({ message, before }: { message: ChatMessage; before: ChatMessage | undefined }): VNode {
  const newDay = before === undefined || day(before.at) !== day(message.at);
  const first = newDay || before.agent !== message.agent || message.at - before.at > GAP;
  const mine = message.agent === me.value.id;
  return (
    <>
      {newDay && <div class="day">{dayLabel(message.at, locale.value, now.value)}</div>}
      <article class={`msg ${mine ? "out" : "in"} ${first ? "first" : ""}`} data-chat-message={message.id}>
        {first && <ByLine name={agentLabel(message.agent)} agent={message.agent} note={false} />}
        <div class="bubble-line">
          <div class="bubble">
            <div class="text">
              <RichText text={message.text} rich={message.rich} />
            </div>
            <Stamp at={message.at} />
          </div>
        </div>
      </article>
    </>
  );
}

/** What is on its way, or did not get there. */
function NotYet({ chat, of }: { chat: number; of: Unsaid }): VNode {
  return (
    <article class="msg out unsaid" data-unsaid>
      <div class="bubble-line">
        <div class="bubble">
          <div class="text">
            <RichText text={of.text} />
          </div>
        </div>
      </div>
      <span class="meta" role="status">
        {of.trouble === null ? p("chats.sending") : p("chats.failed", { why: errorText(of.trouble) })}
        {of.trouble && (
          <>
            {" "}
            <button type="button" class="link" onClick={() => void send(chat, of).catch(complain)}>
              {p("chats.again")}
            </button>{" "}
            <button type="button" class="link" onClick={() => dropUnsaid(chat, of.key)}>
              {p("chats.discard")}
            </button>
          </>
        )}
      </span>
    </article>
  );
}

const HIGHEST = 260;

function ChatComposer({ chat }: { chat: Chat }): VNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const text = draftIn(chat.id);
  useEffect(() => field.current?.focus(), [chat.id]);
  useLayoutEffect(() => {
    if (!field.current) return;
    field.current.style.height = "auto";
    field.current.style.height = `${Math.min(HIGHEST, field.current.scrollHeight)}px`;
  }, [text]);
  const meet = async (): Promise<void> => {
    const { url } = await postMeeting();
    const link = p("chats.meeting.text", { url });
    const before = draftIn(chat.id).trimEnd();
    writeIn(chat.id, before === "" ? link : `${before}\n${link}`);
    field.current?.focus();
  };
  return (
    <section class="composer note" aria-label={p("chats.write")} data-chat-composer>
      <div class="editor">
        <textarea
          ref={field}
          value={text}
          rows={2}
          maxLength={8000}
          dir="auto"
          placeholder={p("chats.write")}
          aria-label={p("chats.write")}
          enterkeyhint={prefs.value.enter_sends ? "send" : "enter"}
          onInput={(event) => writeIn(chat.id, event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.isComposing || sendingOf(event, prefs.value.enter_sends) === null) return;
            event.preventDefault();
            sayIn(chat.id);
          }}
        />
      </div>
      <div class="tools">
        {settings.value.meetings && <IconButton icon={Video} label={p("chats.meeting")} onClick={() => void meet().catch(complain)} />}
        <span class="chat-hint">
          <Icon of={Lock} size={12} /> {p("chats.hint")}
        </span>
        <Button tone="go" class="send" icon={Send} disabled={text.trim() === ""} onClick={() => sayIn(chat.id)}>
          {p("chats.send")}
        </Button>
      </div>
    </section>
  );
}
