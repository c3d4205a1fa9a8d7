/** The chats with colleagues: which there are, how much is new in them, and the news of them. */
import { computed, signal } from "@preact/signals";
import { ApiError } from "@deskbridge/ui";
import { getChats, type Chat } from "../api/chats.ts";
import { listNames } from "../i18n/index.ts";
import { go, type Route } from "./route.ts";
import { agentName, me } from "./session.ts";

export const chats = signal<readonly Chat[]>([]);
export const unreadChats = computed(() => chats.value.reduce((sum, one) => sum + one.unread, 0));

/** The last message of each chat as it was known before; null until the first load, which tells no news. */
let known: ReadonlyMap<number, number> | null = null;
let loading: Promise<void> | null = null;
let again = false;

/** Loads the chats; what is asked for meanwhile is loaded once more after that, so that the latest state stays. */
export function loadChats(): Promise<void> {
  again = true;
  loading ??= loadAll().finally(() => {
    loading = null;
  });
  return loading;
}

async function loadAll(): Promise<void> {
  while (again) {
    again = false;
    adoptChats((await getChats()).chats);
  }
}

/** Shows these chats, and tells of what is new in them. */
export function adoptChats(next: readonly Chat[]): void {
  const before = known;
  known = new Map(next.map((one) => [one.id, one.last?.id ?? 0]));
  chats.value = next;
  const news = before ? next.filter((one) => isNews(one, before.get(one.id) ?? 0)) : [];
  // How to tell of it is fetched with the first of it.
  if (news.length > 0) void import("./chat-news.ts").then(({ tellOfChats }) => tellOfChats(news));
}

const isNews = (chat: Chat, before: number): boolean => chat.last !== null && chat.unread > 0 && chat.last.id > before && chat.last.agent !== me.peek().id;

export function forgetChats(): void {
  known = null;
  chats.value = [];
}

export const routeOf = (chat: number): Route => ({ conversation: null, page: "colleagues", chat });

/** Its topic, or who else is in it. */
export function chatName(chat: Chat): string {
  if (chat.topic !== null) return chat.topic;
  return listNames(othersIn(chat).map(agentName));
}

export const othersIn = (chat: Chat): string[] => chat.members.filter((one) => one !== me.value.id);

export function openChat(chat: number | null): void {
  go(chat === null ? { conversation: null, page: "colleagues" } : routeOf(chat));
}

/** A load that fails now is made up for by the next change, or after the line is back. */
export function loadChatsSoon(): void {
  void loadChats().catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
  });
}
