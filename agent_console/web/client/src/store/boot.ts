/** From an empty page to a working console, and back to the sign-in page. */
import { batch, effect } from "@preact/signals";
import { ApiError, Backoff, orAnew } from "@deskbridge/ui";
import { getSession, signOut } from "../api/endpoints.ts";
import { onSignedOut, useCsrf } from "../api/http.ts";
import type { FactorDue, Session } from "../api/types.ts";
import { chooseLocale, speak } from "../i18n/index.ts";
import { watchActivity } from "./activity.ts";
import { followSelection } from "./selection.ts";
import { loadViews } from "./views.ts";
import { forgetChats, loadChats, unreadChats } from "./chats.ts";
import { startClock } from "./clock.ts";
import { desk, folders, forgetEverything, unreadTotal } from "./desk.ts";
import { forgetSavedDrafts, recallDrafts } from "./drafts.ts";
import { followView } from "./follow-view.ts";
import { ensure, followFolders, forgetPages, loadFolders, recallFilters, recallFolder } from "./list.ts";
import { connect, disconnect, tellActive } from "./live.ts";
import { startNoticing } from "./notices.ts";
import { applyLook } from "./preferences.ts";
import { linkToken, followHistory } from "./route.ts";
import { openOutbox } from "./sending.ts";
import { adopt, factorDue, phase, preferences, session } from "./session.ts";
import { stopRinging } from "./ring.ts";
import { followHours, followShift } from "./shift.ts";
import { readySound } from "./sound.ts";
import { readStored } from "./storage.ts";
import { joinTabs } from "./tabs.ts";
import { showCount } from "./title.ts";
import { complain } from "./verbs.ts";

const backoff = new Backoff();
let stops: (() => void)[] = [];

export async function boot(): Promise<void> {
  const look = readStored<{ theme: "auto" | "light" | "dark"; density: "comfortable" | "compact" }>("look");
  if (look) applyLook(look);
  followHistory();
  onSignedOut(toSignIn);
  await orAnew(speak(chooseLocale("auto", ["en", "ru", "uk", "es"], "en")));
  if (linkToken(location.hash) !== null) {
    phase.value = "link";
    return;
  }
  await resume();
}

/** Goes on where the session stands. */
export async function resume(): Promise<void> {
  try {
    await enter(await getSession());
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) return toSignIn();
    phase.value = "unreachable";
    setTimeout(() => void resume(), backoff.next());
  }
}

/** Begins work with a session, however it was got. */
export async function enter(next: Session | FactorDue): Promise<void> {
  if ("second_factor_due" in next) {
    useCsrf(next.csrf);
    factorDue.value = next.name;
    phase.value = "factor";
    return;
  }
  batch(() => {
    forgetEverything();
    forgetPages();
    adopt(next);
  });
  await orAnew(speak(chooseLocale(next.agent.preferences.locale, next.settings.locales, next.settings.locale)));
  recallFolder();
  recallFilters();
  recallDrafts();
  phase.value = "in";
  startClock();
  readySound();
  joinTabs();
  connect(toSignIn);
  stops = [
    followSelection(),
    openOutbox(),
    followLook(),
    followLocale(),
    followCount(),
    followView(),
    followFolders(),
    followShift(),
    followHours(),
    watchActivity(tellActive),
    stopRinging,
  ];
  await Promise.all([ensure(), loadFolders(), loadViews(), loadChats()]).catch(complain);
  startNoticing(lastKnownMessage());
}

function lastKnownMessage(): number {
  const ids = [...desk.peek().rows.values()].map(({ value }) => value.conversation.last?.message_id ?? 0);
  return ids.reduce((high, id) => Math.max(high, id), 0);
}

function followLook(): () => void {
  return effect(() => {
    if (preferences.value) applyLook(preferences.value);
  });
}

function followLocale(): () => void {
  return effect(() => {
    const wanted = preferences.value?.locale;
    const settings = session.value?.settings;
    if (wanted !== undefined && settings) void speak(chooseLocale(wanted, settings.locales, settings.locale));
  });
}

function followCount(): () => void {
  return effect(() => {
    if (folders.value) showCount(unreadTotal.value + unreadChats.value);
  });
}

function toSignIn(): void {
  if (phase.peek() === "signed_out") return;
  for (const stop of stops) stop();
  stops = [];
  disconnect();
  showCount(0);
  batch(() => {
    phase.value = "signed_out";
    forgetEverything();
    forgetChats();
    forgetPages();
    session.value = null;
    preferences.value = null;
  });
}

export async function signOutNow(): Promise<void> {
  await signOut();
  forgetSavedDrafts();
  toSignIn();
}

