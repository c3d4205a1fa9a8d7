/** Several tabs of one agent: one of them speaks for all, and each knows what the others show. */
import type { View } from "./news.ts";
import { looksAt } from "./news.ts";

type Word = { tab: string; view: View };

const tab = Math.random().toString(36).slice(2);
const others = new Map<string, View>();
let channel: BroadcastChannel | null = null;
let leads = false;
let mine: View = { open: null, focused: false };

/** Begins to listen to the other tabs and stands in line to lead them. */
export function joinTabs(): void {
  if (channel) return;
  channel = new BroadcastChannel("deskbridge.tabs");
  channel.onmessage = (event: MessageEvent<Word>) => heard(event.data);
  addEventListener("pagehide", () => tellTabs({ open: null, focused: false }));
  if (navigator.locks) void navigator.locks.request("deskbridge.leader", lead);
}

/** Only one tab has the focus: whoever gets it takes it from the others, even from one that crashed with it. */
function heard(word: Word): void {
  if (word.view.focused) unfocusOthers();
  others.set(word.tab, word.view);
}

function unfocusOthers(): void {
  for (const [id, view] of others) others.set(id, { ...view, focused: false });
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
  if (view.focused) unfocusOthers();
  if (view.focused && !navigator.locks) localStorage.setItem("deskbridge.leader", tab);
  channel?.postMessage({ tab, view } satisfies Word);
}

export function anyLooksAt(conversation: number): boolean {
  return [mine, ...others.values()].some((view) => looksAt(view, conversation));
}

export function anyFocused(): boolean {
  return [mine, ...others.values()].some((view) => view.focused);
}

export function myView(): View {
  return mine;
}
