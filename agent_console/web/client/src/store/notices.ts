/** Carries news to the agent: toast, sound, title, desktop notice, and the spoken line. */
import { batch } from "@preact/signals";
import type { ChangesFrame } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { sayInList } from "./announce.ts";
import { getRow } from "./desk.ts";
import { desktopNotice } from "./desktop.ts";
import { noticeText } from "./events-automated.ts";
import { highest, looksAt, newsOf, type News } from "./news.ts";
import { me, prefs, settings } from "./session.ts";
import { nobodyTypes } from "./signs.ts";
import { playSound } from "./sound.ts";
import { anyFocused, anyLooksAt, isLeader, myView } from "./tabs.ts";
import { flashTitle } from "./title.ts";
import { toast } from "./toasts.ts";
import { contactName, messageLine } from "./words.ts";

let seenUpTo = 0;

/** Messages up to this id were here before; they are no news. */
export function startNoticing(after: number): void {
  seenUpTo = after;
}

export function noticeChanges(frame: ChangesFrame): void {
  const news = newsOf(frame, getRow, seenUpTo, me.peek().id);
  seenUpTo = highest(frame, seenUpTo);
  batch(() => {
    for (const message of frame.messages) if (message.kind === "incoming") nobodyTypes(message.conversation_id);
    for (const one of news) tell(one);
  });
}

function tell(news: News): void {
  const id = news.row.conversation.id;
  const name = contactName(news.row);
  if (!looksAt(myView(), id)) {
    showToast(news, name);
    sayInList(news.message.activity ? noticeText(news.message.activity.data) : t("list.newMessageFrom", { name }));
  }
  if (wants("title_flash") && document.hidden) flashTitle(t("notice.title", { name }));
  if (!isLeader() || anyLooksAt(id)) return;
  if (wants("sound")) playSound(performance.now());
  if (wants("desktop") && !anyFocused()) desktopNotice(id, name, body(news));
}

/** The company allows it in the YAML, and the agent has not switched it off. */
function wants(way: "sound" | "title_flash" | "desktop"): boolean {
  return settings.peek().notify[way] && prefs.peek()[way];
}

function showToast(news: News, name: string): void {
  if (!prefs.peek().toasts) return;
  toast({ tone: "message", title: name, text: body(news), conversation: news.row.conversation.id });
}

function body(news: News): string {
  const { activity } = news.message;
  if (activity) return noticeText(activity.data);
  return prefs.peek().hide_text ? t("notice.hidden") : messageLine(news.message);
}
