/** Carries news to the agent: toast, sound, title, desktop notice, and the spoken line. */
import { batch } from "@preact/signals";
import type { ChangesFrame, Message } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { sayInList } from "./announce.ts";
import { calls, signals, type Happening, type Signal, type Stage } from "./calling.ts";
import { serverNow } from "./clock.ts";
import { getRow } from "./desk.ts";
import { noticeText } from "./events-automated.ts";
import { highest, looksAt, newsOf, type News } from "./news.ts";
import { ringUntilTaken } from "./ring.ts";
import { agentName, me, prefs } from "./session.ts";
import { onShift } from "./shift.ts";
import { nobodyTypes } from "./signs.ts";
import { playSound } from "./sound.ts";
import { anyFocused, anyLooksAt, isLeader, myView } from "./tabs.ts";
import { flashTitle } from "./title.ts";
import { toast } from "./toasts.ts";
import { isMyTeam, repeats, ways, wishes } from "./wishes.ts";
import { contactName, eventLine, messageLine } from "./words.ts";

let seenUpTo = 0;

/** Messages up to this id were here before; they are no news. */
export function startNoticing(after: number): void {
  seenUpTo = after;
  if (ways.peek().desktop) void loadDesktop();
}

/** Few have notices of the system; who has them has what shows them from the beginning. */
const loadDesktop = () => import("./desktop.ts");

export function noticeChanges(frame: ChangesFrame): void {
  const news = newsOf(frame, getRow, seenUpTo, me.peek().id);
  seenUpTo = highest(frame, seenUpTo);
  batch(() => {
    for (const message of frame.messages) if (message.kind === "incoming") nobodyTypes(message.conversation_id);
    for (const one of news) tell(one);
  });
}

function tell(news: News): void {
  const { id } = news.row.conversation;
  const what = happening(news);
  const told = signals(what, wishes.peek(), onShift(serverNow()), stageOf(id), ways.peek());
  const title = titleOf(news);
  const given: Record<Signal, () => void> = {
    toast: () => void toast({ tone: "message", title: toastTitle(news), text: body(news), conversation: id }),
    title: () => flashTitle(title),
    sound: () => playSound("message", prefs.peek().tune, performance.now()),
    call_sound: () => playSound("call", prefs.peek().tune, performance.now()),
    desktop: () => void loadDesktop().then((to) => to.desktopNotice({ conversation: id }, toastTitle(news), body(news), () => isSeen(news.message))),
  };
  for (const one of told) given[one]();
  if (!calls(what, wishes.peek(), onShift(serverNow()))) return;
  if (!looksAt(myView(), id)) sayInList(title);
  if (repeats.peek() && what.kind === "customer" && what.untaken) ringUntilTaken(id, ringAgain);
}

/** Before the agent's eyes in some tab, read in another browser, or theirs to see no longer. */
const isSeen = ({ id, conversation_id }: Message): boolean => anyLooksAt(conversation_id) || !(getRow(conversation_id)!?.mark.message_id < id);

/** Of several tabs the one that speaks; the agent may have changed their mind since. */
function ringAgain(): void {
  if (isLeader() && repeats.peek() && onShift(serverNow())) playSound("message", prefs.peek().tune, performance.now());
}

function happening({ row, kind }: News): Happening {
  const { inbox, assignee, team } = row.conversation;
  return { kind, inbox, mine: row.mine, following: row.following, untaken: assignee === null, my_team: isMyTeam(team) };
}

function stageOf(conversation: number): Stage {
  return {
    here: looksAt(myView(), conversation),
    anywhere: anyLooksAt(conversation),
    focused: anyFocused(),
    hidden: document.hidden,
    leads: isLeader(),
  };
}

/** What has happened, in one line. */
function titleOf({ row, message, kind }: News): string {
  const name = contactName(row);
  const agent = agentName(message.author.id ?? "");
  switch (kind) {
    case "customer":
      return t("notice.title", { name });
    case "handed":
      if (message.activity?.verb === "unsnoozed") return t("notice.back", { name });
      return message.activity?.verb === "notified" ? noticeText(message.activity.data) : t("notice.handed", { name });
    default:
      return t(`notice.${kind}`, { name, agent });
  }
}

/** A customer's message stands under their name alone. */
function toastTitle(news: News): string {
  return news.kind === "customer" ? contactName(news.row) : titleOf(news);
}

function body({ row, message, kind }: News): string {
  if (kind === "handed") return message.activity ? eventLine(message.activity, contactName(row)) : "";
  return prefs.peek().hide_text ? t("notice.hidden") : messageLine(message);
}
