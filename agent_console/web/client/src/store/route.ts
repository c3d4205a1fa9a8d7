import { signal } from "@preact/signals";

/** What there is beside the conversations. */
export const PAGES = ["colleagues", "reports", "audit", "desk"] as const;
export type Page = (typeof PAGES)[number];

/** `chat` is the one that is open among those with colleagues. */
export type Route = { conversation: number | null; page?: Page; chat?: number };

const CONSOLE = "/console";

export function parseRoute(path: string): Route {
  const page = PAGES.find((one) => path.replace(/\/$/, "") === `${CONSOLE}/${one}`);
  if (page) return { conversation: null, page };
  const chat = /^\/console\/colleagues\/(\d+)\/?$/.exec(path);
  if (chat) return { conversation: null, page: "colleagues", chat: Number(chat[1]) };
  const match = /^\/console\/c\/(\d+)\/?$/.exec(path);
  return { conversation: match ? Number(match[1]) : null };
}

export function pathOf(route: Route): string {
  if (route.page) return `${CONSOLE}/${route.page}${route.chat === undefined ? "" : `/${route.chat}`}`;
  return route.conversation === null ? CONSOLE : `${CONSOLE}/c/${route.conversation}`;
}

export const route = signal<Route>(parseRoute(location.pathname));

/** Goes there. Between two conversations, or two chats, the address is replaced, so that Back leads to the list. */
export function go(next: Route): void {
  if (pathOf(next) === pathOf(route.value)) return;
  const between = (key: "conversation" | "chat"): boolean => route.value[key] != null && next[key] != null;
  const replace = between("conversation") || between("chat");
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

/** Why the identity provider let nobody in, of /console#problem=CODE, or null. */
export function problemCode(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("problem");
}

export function dropFragment(): void {
  history.replaceState(null, "", location.pathname + location.search);
}
