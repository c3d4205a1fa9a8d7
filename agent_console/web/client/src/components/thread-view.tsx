import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { Icon } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import type { Row } from "../api/types.ts";
import { sayInThread } from "../store/announce.ts";
import { unread } from "../store/order.ts";
import { pendingOf } from "../store/outbox.ts";
import { aim, divider, goToEnd, loadEarlier, loadLater, open, quiet, scrolledUp, seen, threadOf, trouble } from "../store/reading.ts";
import { outbox } from "../store/sending.ts";
import { me } from "../store/session.ts";
import { typing } from "../store/signs.ts";
import { hasAfter, hasBefore, shown, type Thread } from "../store/thread.ts";
import { indexOfMessage, timeline, type Item } from "../store/timeline.ts";
import { agentLabel, authorName, contactName, messageLine } from "../store/words.ts";
import { complain } from "../store/verbs.ts";
import { Failure } from "./failure.tsx";
import { useFocusRequest, useRecently } from "./hooks.ts";
import { ArrowDown } from "./icons.ts";
import { ThreadItem } from "./thread-item.tsx";

const NEAR = 800;
const AT_END = 48;
const LIT_FOR = 2_500;

/** The messages of one conversation. Only what is near the window is drawn, however long the thread is. */
export function ThreadView({ row }: { row: Row }): VNode {
  const { id } = row.conversation;
  const thread = threadOf(id);
  const failed = !thread.loaded && trouble.value;
  const items = itemsOf(row, thread);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const stick = useRef(true);
  const offset = useRef(0);
  const handled = useRecently();
  const resized = useRecently();
  const atEnd = scrolledUp.value !== id;
  const [lit, setLit] = useState<number | null>(null);
  const shift = usePrepended(thread);

  const toEnd = (): void => {
    if (items.length > 0) list.current?.scrollToIndex(items.length - 1, { align: "end" });
  };
  const follow = (): void => {
    const handle = list.current;
    if (!handle || items.length === 0) return;
    const below = handle.scrollSize - handle.viewportSize - handle.scrollOffset;
    const up = handle.scrollOffset < offset.current;
    offset.current = handle.scrollOffset;
    // What comes is below until it is measured, and the window stands higher when it grows, as when a banner goes away:
    // only a hand leaves the end, or what scrolls while nothing changes its size (the browser's search).
    const left = up && (handled.was() || !resized.was());
    stick.current = (below < AT_END || (stick.current && !left)) && !hasAfter(thread);
    scrolledUp.value = stick.current ? null : id;
    if (handle.scrollOffset < NEAR) void loadEarlier(id);
    if (below < NEAR) void loadLater(id);
    if (stick.current) look(id);
  };

  useLayoutEffect(() => {
    resized.note();
    if (stick.current) toEnd();
  }, [items.length, items.at(-1)?.key]);
  useEffect(follow, [items.length]);
  useAim(id, items, (index, message) => {
    if (index < 0) {
      stick.current = true;
      return toEnd();
    }
    stick.current = false;
    list.current?.scrollToIndex(index, message.highlight ? { align: "center" } : { align: "start", offset: -48 });
    if (message.highlight) setLit(message.id);
    setTimeout(follow, 120);
  });
  useEffect(() => {
    const timer = lit === null ? undefined : setTimeout(() => setLit(null), LIT_FOR);
    return () => clearTimeout(timer);
  }, [lit]);
  useEffect(() => {
    const back = (): void => {
      if (stick.current) look(id);
    };
    addEventListener("focus", back);
    return () => removeEventListener("focus", back);
  }, [id]);
  useFocusRequest("thread", () => scroller.current?.focus());
  useSpoken(row, thread);

  if (failed) return <Failure error={failed} retry={() => void open(id)} />;
  return (
    <div class="thread-wrap">
      {/* A log that does not speak by itself: what is drawn while scrolling is no news. Appended messages are spoken by the live region. */}
      <div ref={scroller} class="thread" role="log" aria-live="off" aria-label={t("thread.label", { name: contactName(row) })} aria-busy={!thread.loaded} tabIndex={0} onKeyDown={onArrow} onKeyDownCapture={handled.note} onWheel={handled.note} onTouchMove={handled.note} onPointerDown={handled.note}>
        <div class="thread-fill" />
        <Virtualizer
          ref={list}
          scrollRef={scroller}
          data={items}
          shift={shift}
          bufferSize={600}
          onScroll={follow}
          onResize={() => {
            resized.note();
            if (stick.current) toEnd();
          }}
        >
          {(item: Item) => <ThreadItem key={item.key} item={item} row={row} lit={"message" in item && item.message.id === lit} />}
        </Virtualizer>
      </div>
      <TypingLine row={row} />
      {!atEnd && thread.loaded && (
        <button type="button" class="to-end" onClick={() => void goToEnd(id)}>
          <Icon of={ArrowDown} size={16} />
          {unread(row) > 0 ? t("thread.newBelow", { n: unread(row) }) : t("thread.toEnd")}
        </button>
      )}
    </div>
  );
}

function itemsOf(row: Row, thread: Thread): Item[] {
  const { id } = row.conversation;
  const messages = shown(thread);
  const readUpTo = divider.value?.conversation === id ? divider.value.after : Infinity;
  const pending = hasAfter(thread) ? [] : pendingOf(outbox.value, id, messages);
  return timeline({ messages, pending, readUpTo, complete: thread.loaded && !hasBefore(thread), myId: me.value.id });
}

/** Whether this drawing adds messages at the top, so that the ones in view stay where they are. */
function usePrepended(thread: Thread): boolean {
  const before = useRef<Thread>(thread);
  const prepended = before.current.loaded && thread.lo < before.current.lo && thread.hi === before.current.hi;
  useLayoutEffect(() => {
    before.current = thread;
  });
  return prepended;
}

/** Goes where `aim` points, once its message is among the items. Index -1 means the end. */
function useAim(id: number, items: readonly Item[], arrive: (index: number, message: { id: number; highlight: boolean }) => void): void {
  const done = useRef(0);
  const target = aim.value;
  useEffect(() => {
    if (!target || target.conversation !== id || target.nonce === done.current || items.length === 0) return;
    const divided = target.highlight ? -1 : items.findIndex((item) => item.kind === "unread");
    const index = target.message === null ? -1 : divided >= 0 ? divided : indexOfMessage(items, target.message);
    if (target.message !== null && index < 0) return;
    done.current = target.nonce;
    arrive(index, { id: target.message ?? 0, highlight: target.highlight });
  });
}

/** The end of the thread is on a screen that is being looked at: then it has been read. */
function look(id: number): void {
  if (document.visibilityState !== "visible" || !document.hasFocus() || quiet.peek() === id) return;
  void seen(id).catch(complain);
}

/** Speaks what is appended while the conversation is open, and nothing that was there before. */
function useSpoken(row: Row, thread: Thread): void {
  const last = shown(thread).at(-1);
  const spoken = useRef<number | null>(null);
  useEffect(() => {
    if (!last || hasAfter(thread)) return;
    if (spoken.current !== null && last.id > spoken.current && last.kind !== "activity" && last.author.id !== me.peek().id) {
      sayInThread(t("row.says", { name: authorName(last.author, contactName(row)), text: messageLine(last) }));
    }
    spoken.current = last.id;
  }, [last?.id]);
}

/** Up and Down walk over the messages, so that each can be quoted or copied without a mouse. */
function onArrow(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  if ((event.key !== "ArrowUp" && event.key !== "ArrowDown") || event.altKey || event.ctrlKey || event.metaKey) return;
  const messages = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-message]")];
  const here = messages.findIndex((message) => message.contains(document.activeElement));
  const step = event.key === "ArrowUp" ? -1 : 1;
  const next = here < 0 ? (step < 0 ? messages.at(-1) : undefined) : messages[here + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function TypingLine({ row }: { row: Row }): VNode {
  const who = typing.value.get(row.conversation.id);
  const name = who && (who.kind === "customer" ? contactName(row) : agentLabel(who.id));
  return <div class="typing-line">{name !== undefined && t("thread.typing", { name })}</div>;
}
