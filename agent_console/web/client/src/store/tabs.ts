/** Several tabs of one agent: one of them speaks for all, and each knows what the others show. */
import { signal } from "@preact/signals";
import type { Looked, View } from "./news.ts";
import { looksAt } from "./news.ts";

type Word = { tab: string; view: View };

/** A tab that has the focus says so this often; so long after its last word it has crashed, or is frozen (ms). */
const SAID_EVERY = 20_000;
const BELIEVED_FOR = 60_000;

const tab = Math.random().toString(36).slice(2);
/** The one of the other tabs that has the focus, and when it said so last. */
let other: (Word & { at: number }) | null = null;
let channel: BroadcastChannel | null = null;
let leads = false;
/** Nothing, as of a tab that is left or signed out. */
export const AWAY: View = { open: null, chat: null, focused: false };
let mine = AWAY;
/** Another one whenever a tab shows something else. */
export const looks = signal({});

/** Begins to listen to the other tabs and stands in line to lead them. */
export function joinTabs(): void {
  if (channel) return;
  channel = new BroadcastChannel("deskbridge.tabs");
  channel.onmessage = (event: MessageEvent<Word>) => heard(event.data);
  addEventListener("pagehide", () => tellTabs(AWAY));
  setInterval(() => mine.focused && say(), SAID_EVERY);
  if (navigator.locks) void navigator.locks.request("deskbridge.leader", lead);
}

/** Only one tab has the focus: whoever gets it takes it from the others, even from one that crashed with it. */
function heard(word: Word): void {
  if (word.view.focused) other = { ...word, at: performance.now() };
  else if (other?.tab === word.tab) other = null;
  lookedAnew();
}

function lookedAnew(): void {
  looks.value = {};
}

/** Holds the lock for as long as this page lives. */
function lead(): Promise<never> {
  leads = true;
  return new Promise<never>(() => undefined);
}

/** On a page without locks (plain HTTP), the tab that had the focus last leads. */
export function isLeader(): boolean {
  return navigator.locks ? leads : localStorage.getItem("deskbridge.leader") === tab;
}

export function tellTabs(view: View): void {
  mine = view;
  if (view.focused) other = null;
  if (view.focused && !navigator.locks) localStorage.setItem("deskbridge.leader", tab);
  say();
  lookedAnew();
}

function say(): void {
  channel?.postMessage({ tab, view: mine } satisfies Word);
}

/** What this tab shows, and the one with the focus, while it is to be believed. */
function views(): View[] {
  return other && performance.now() - other.at < BELIEVED_FOR ? [mine, other.view] : [mine];
}

export function anyLooksAt(id: number, as?: Looked): boolean {
  return views().some((view) => looksAt(view, id, as));
}

export function anyFocused(): boolean {
  return views().some((view) => view.focused);
}

export function myView(): View {
  return mine;
}
