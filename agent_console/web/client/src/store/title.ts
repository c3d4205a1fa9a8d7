/** The tab's title and icon: how many are unread, and a flash while the agent is elsewhere. */
import { countText } from "../lib/count.ts";
import plain from "../styles/favicon.svg?url";
import dotted from "../styles/favicon-dot.svg?url";

const NAME = "Deskbridge";
const BLINK = 1_000;

let count = 0;
let news: string | null = null;
let blink: ReturnType<typeof setInterval> | undefined;

export function titleOf(unread: number): string {
  return unread > 0 ? `(${countText(unread)}) ${NAME}` : NAME;
}

export function showCount(unread: number): void {
  count = unread;
  if (news === null) document.title = titleOf(count);
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const wanted = unread > 0 ? dotted : plain;
  if (link && link.getAttribute("href") !== wanted) link.setAttribute("href", wanted);
}

/** Alternates the title with `text` until the page is looked at again. */
export function flashTitle(text: string): void {
  news = text;
  document.title = text;
  blink ??= setInterval(() => {
    document.title = document.title === news ? titleOf(count) : (news ?? titleOf(count));
  }, BLINK);
}

export function stopFlash(): void {
  clearInterval(blink);
  blink = undefined;
  news = null;
  document.title = titleOf(count);
}
