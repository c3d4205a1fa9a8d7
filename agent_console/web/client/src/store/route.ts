import { signal } from "@preact/signals";

/** What there is beside the conversations. */
export const PAGES = ["reports", "audit", "desk"] as const;
export type Page = (typeof PAGES)[number];

export type Route = { conversation: number | null; page?: Page };

const CONSOLE = "/console";

export function parseRoute(path: string): Route {
  const page = PAGES.find((one) => path.replace(/\/$/, "") === `${CONSOLE}/${one}`);
  if (page) return { conversation: null, page };
  const match = /^\/console\/c\/(\d+)\/?$/.exec(path);
  return { conversation: match ? Number(match[1]) : null };
}

export function pathOf(route: Route): string {
  if (route.page) return `${CONSOLE}/${route.page}`;
  return route.conversation === null ? CONSOLE : `${CONSOLE}/c/${route.conversation}`;
}

export const route = signal<Route>(parseRoute(location.pathname));

/** Goes there. Between two conversations the address is replaced, so that Back leads to the list. */
export function go(next: Route): void {
  if (pathOf(next) === pathOf(route.value)) return;
  const replace = route.value.conversation !== null && next.conversation !== null;
  if (replace) history.replaceState(null, "", pathOf(next));
  else history.pushState(null, "", pathOf(next));
  route.value = next;
}

export function followHistory(): void {
  addEventListener("popstate", () => {
    route.value = parseRoute(location.pathname);
  });
}

/** The one-time token of /console#link=TOKEN, or null. A fragment never reaches a server's log. */
export function linkToken(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, "")).get("link");
  return token === "" ? null : token;
}

export function dropFragment(): void {
  history.replaceState(null, "", location.pathname + location.search);
}
