/** Tells the agent of what colleagues say to them. */
import type { Chat } from "../api/chats.ts";
import { t } from "../i18n/index.ts";
import { p, speakPages } from "../i18n/pages/index.ts";
import { signals, type Signal } from "./calling.ts";
import { chats, routeOf } from "./chats.ts";
import { serverNow } from "./clock.ts";
import { desktopNotice } from "./desktop.ts";
import { looksAt } from "./news.ts";
import { agentName, prefs } from "./session.ts";
import { onShift } from "./shift.ts";
import { playSound } from "./sound.ts";
import { anyFocused, anyLooksAt, isLeader, myView } from "./tabs.ts";
import { flashTitle } from "./title.ts";
import { toast } from "./toasts.ts";
import { ways, wishes } from "./wishes.ts";

export async function tellOfChats(news: readonly Chat[]): Promise<void> {
  await speakPages();
  for (const chat of news) tell(chat);
}

const hasNews = (id: number): boolean => chats.peek().some((one) => one.id === id && one.unread > 0);

/** A colleague's word is told of as a note is that calls one by name. */
function tell(chat: Chat): void {
  const { id, topic, last } = chat;
  const title = p(topic === null ? "chats.notice" : "chats.noticeIn", { name: agentName(last!.agent), topic: topic ?? "" });
  const text = prefs.peek().hide_text ? t("notice.hidden") : last!.text;
  const stage = { here: looksAt(myView(), id, "chat"), anywhere: anyLooksAt(id, "chat"), focused: anyFocused(), hidden: document.hidden, leads: isLeader() };
  const what = { kind: "mention" as const, inbox: "", mine: false, following: true, untaken: false, my_team: false };
  const to = routeOf(id);
  const given: Record<Signal, () => void> = {
    toast: () => void toast({ tone: "message", title, text, to }),
    title: () => flashTitle(title),
    sound: () => playSound("message", prefs.peek().tune, performance.now()),
    call_sound: () => playSound("call", prefs.peek().tune, performance.now()),
    desktop: () => desktopNotice(to, title, text, () => anyLooksAt(id, "chat") || !hasNews(id)),
  };
  for (const one of signals(what, wishes.peek(), onShift(serverNow()), stage, ways.peek())) given[one]();
}
