/** What colleagues say to each other: their chats, and the one that is open. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Icon, shortTime } from "@deskbridge/ui";
import "../styles/pages.css";
import type { Chat } from "../api/chats.ts";
import { Face } from "../components/avatar.tsx";
import { IconButton } from "../components/button.tsx";
import { MessagesSquare, Plus, Users } from "../components/icons.ts";
import { useSteadyPress } from "../components/steady-press.ts";
import { locale } from "../i18n/index.ts";
import { p } from "../i18n/pages/index.ts";
import { chatName, chats, openChat, othersIn, routeOf } from "../store/chats.ts";
import { pathOf, route } from "../store/route.ts";
import { agentName, agentOf, me } from "../store/session.ts";
import { now } from "../store/clock.ts";
import { ChatView } from "./chat-view.tsx";
import { NewChat } from "./new-chat.tsx";

export function ColleaguesPage(): VNode {
  const [adding, setAdding] = useState(false);
  const open = route.value.chat;
  const chat = chats.value.find((one) => one.id === open);
  return (
    <>
      <section class="list" aria-label={p("chats.list")}>
        <div class="bar list-bar chats-bar">
          <h1>{p("chats.title")}</h1>
          <IconButton icon={Plus} label={p("chats.new")} side="left" data-new-chat onClick={() => setAdding(true)} />
        </div>
        <ChatList chats={chats.value} open={open} />
      </section>
      <main class="conversation" aria-label={chat ? chatName(chat) : p("chats.title")}>
        {chat ? <ChatView key={chat.id} chat={chat} /> : <NothingOpen gone={open !== undefined} />}
      </main>
      {adding && <NewChat onClose={() => setAdding(false)} />}
    </>
  );
}

function NothingOpen({ gone }: { gone: boolean }): VNode {
  return (
    <div class="nothing-open">
      <Icon of={MessagesSquare} size={32} />
      <p>{p(gone ? "chats.gone" : "chats.pick")}</p>
    </div>
  );
}

function ChatList({ chats: all, open }: { chats: readonly Chat[]; open: number | undefined }): VNode {
  const steady = useSteadyPress(".row-link");
  if (all.length === 0) {
    return (
      <div class="empty">
        <p>{p("chats.none")}</p>
        <p class="meta">{p("chats.none.hint")}</p>
      </div>
    );
  }
  return (
    <ul class="rows chat-rows" onKeyDown={onArrow} {...steady}>
      {all.map((chat) => (
        <ChatRow key={chat.id} chat={chat} on={chat.id === open} />
      ))}
    </ul>
  );
}

function ChatRow({ chat, on }: { chat: Chat; on: boolean }): VNode {
  const name = chatName(chat);
  return (
    <li class={`row ${on ? "on" : ""} ${chat.unread > 0 ? "unread" : ""}`} data-chat={chat.id}>
      <a
        class="row-link"
        href={pathOf(routeOf(chat.id))}
        aria-current={on ? "true" : undefined}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          openChat(chat.id);
        }}
      >
        <span class="avatar m shade-0" aria-hidden="true">
          {chat.topic === null ? <Face name={name} url={faceOf(chat)} /> : <Icon of={Users} size={18} />}
        </span>
        <span class="row-name" dir="auto">
          {name}
        </span>
        <time class="row-time" dateTime={new Date(chat.last_at).toISOString()}>
          {shortTime(chat.last_at, locale.value, now.value)}
        </time>
        <span class="row-text" dir="auto">
          {lastLine(chat)}
        </span>
        {chat.unread > 0 && (
          <span class="badge" data-unread>
            <span aria-hidden="true">{chat.unread}</span>
            <span class="sr-only">{p("chats.unread", { n: chat.unread })}</span>
          </span>
        )}
      </a>
    </li>
  );
}

/** The picture of the one other person in a chat. */
function faceOf(chat: Chat): string | undefined {
  const [other, ...more] = othersIn(chat);
  return other === undefined || more.length > 0 ? undefined : agentOf(other)?.avatar_url;
}

function lastLine({ last, topic }: Chat): string {
  if (last === null) return p("chats.silent");
  const text = last.text.replace(/\s+/g, " ");
  if (last.agent === me.value.id) return p("chats.you", { text });
  return topic === null ? text : p("chats.says", { name: agentName(last.agent), text });
}

function onArrow(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>(".row-link")];
  const next = links[links.indexOf(document.activeElement as HTMLElement) + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
