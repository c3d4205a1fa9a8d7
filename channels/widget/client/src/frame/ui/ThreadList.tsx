import { Icon, Portrait, shortTime } from "@deskbridge/ui";
import { MessageCircle, SquarePen } from "lucide";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Thread } from "../../shared/protocol.ts";
import { useShared } from "./context.ts";
import { Locked } from "./Locked.tsx";

export function ThreadList(): VNode {
  const { desk, state, t } = useShared();
  const start = useRef<HTMLButtonElement>(null);
  // A person who came here expects the focus here; a panel that a reload brought back takes none.
  useEffect(() => {
    if (state.opened > 0) start.current?.focus();
  }, [state.opened]);
  return (
    <main class="list">
      <h2>{t("conversations")}</h2>
      <ul>
        {state.data.threads.map((thread) => (
          <Row key={thread.thread} thread={thread} />
        ))}
      </ul>
      {state.block ? (
        <Locked block={state.block} />
      ) : (
        <button type="button" class="primary" ref={start} onClick={() => desk.startThread()}>
          <Icon of={SquarePen} size={18} />
          {t("start")}
        </button>
      )}
    </main>
  );
}

function Row({ thread }: { thread: Thread }): VNode {
  const { desk, t, locale } = useShared();
  const { agent, last_text, last_from, last_at, unread, state } = thread;
  return (
    <li>
      <button type="button" class="row" onClick={() => desk.openThread(thread.thread)}>
        <span class="avatar" aria-hidden>
          <Portrait class="portrait" url={agent?.avatar_url}>
            {agent ? initial(agent.name) : <Icon of={MessageCircle} size={18} />}
          </Portrait>
        </span>
        <span class="row-text">
          <span class="row-top">
            <b dir="auto">{agent?.name ?? t("conversation")}</b>
            <time dateTime={new Date(last_at).toISOString()}>{shortTime(last_at, locale, Date.now())}</time>
          </span>
          <span class="row-top">
            <span class={unread > 0 ? "row-last new" : "row-last"} dir="auto">
              {last_from === "visitor" ? `${t("you")}: ${last_text}` : last_text}
            </span>
            {unread > 0 ? (
              <span class="count" aria-label={t("thread_unread", { n: unread })}>
                {unread > 99 ? "99+" : unread}
              </span>
            ) : (
              state === "closed" && <small>{t("thread_closed")}</small>
            )}
          </span>
        </span>
      </button>
    </li>
  );
}

function initial(name: string): string {
  return [...name.trim()][0]?.toUpperCase() ?? "?";
}
