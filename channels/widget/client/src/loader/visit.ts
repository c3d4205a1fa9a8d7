import type { PageSeen, Stored, TabStored } from "../shared/port.ts";
import type { Box } from "./store.ts";

/** A visit ends after half an hour without a page, as web statistics count. */
const VISIT_GAP = 1_800_000;

export function here(): PageSeen {
  return { url: location.href, title: document.title };
}

/** Takes the token of a link back off the address, and keeps it for the frame of this tab. */
export function takeToken(box: Box<TabStored>): void {
  const [page, back] = location.href.split("#deskbridge=");
  if (!back) return;
  history.replaceState(history.state, "", page);
  box.save({ back });
}

/** Notes this page; where the last visit is over, as the first page of a new one. */
export function notePage(box: Box<Stored>): void {
  const now = Date.now();
  const { visit, seen_at = 0 } = box.read();
  box.save({
    visit: visit && now - seen_at < VISIT_GAP ? visit : { ...here(), referrer: document.referrer, started_at: now },
    seen_at: now,
  });
}

/** Calls back after the page's address has changed without a load, once its new title is there too. */
export function watchPages(moved: () => void): void {
  const soon = (): void => void setTimeout(moved, 300);
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name];
    history[name] = function (...args) {
      original.apply(history, args);
      soon();
    };
  }
  addEventListener("popstate", soon);
}
