/** The list being shown: its folder, sort and filters, and the pages loaded of it. */
import { batch, computed, signal } from "@preact/signals";
import { ApiError } from "@deskbridge/ui";
import { getFolders, listConversations, type Filters, type ListQuery } from "../api/endpoints.ts";
import type { FolderId, Row } from "../api/types.ts";
import { applyRows, desk, folders } from "./desk.ts";
import { nextStamp } from "./fresh.ts";
import { pinnedTags } from "./labels.ts";
import { select, sortKey } from "./order.ts";
import { savePreferences } from "./preferences.ts";
import { me, preferences, session } from "./session.ts";
import { readStored, store } from "./storage.ts";

export const FOLDERS: readonly FolderId[] = ["new", "mine", "all", "closed"];

const PAGE = 50;

export const folder = signal<FolderId>("all");
export const filters = signal<Filters>({});

/** The agent's own choice where the server still offers it, else the configured default. */
export const sort = computed(() => {
  const chosen = preferences.value?.sort;
  const { sorts, settings } = session.value!;
  return chosen && sorts.includes(chosen) ? chosen : settings.default_sort;
});

export const query = computed<ListQuery>(() => ({ folder: folder.value, sort: sort.value, ...filters.value }));
export const filtered = computed(() => Object.keys(filters.value).length > 0);

/** What is loaded of one list. It stays right without asking again, because the socket tells of every change. */
type Pages = { readonly edge: readonly number[] | null; readonly next: string | null };

const pages = signal<ReadonlyMap<string, Pages>>(new Map());
const keyOf = (of: ListQuery): string => JSON.stringify(of);
const shownPages = computed(() => pages.value.get(keyOf(query.value)));

export const loading = signal(false);
export const failure = signal<ApiError | null>(null);
export const listed = computed(() => shownPages.value !== undefined);
export const more = computed(() => typeof shownPages.value?.next === "string");
export const rows = computed<Row[]>(() => {
  const here = shownPages.value;
  return here ? select(desk.value.rows, query.value, here.edge, pinnedTags.value) : [];
});

/** Loads the first page of what is asked for now, unless it is here already. */
export async function ensure(): Promise<void> {
  failure.value = null;
  if (!listed.peek()) await load(query.peek(), null);
}

export async function loadMore(): Promise<void> {
  const next = shownPages.peek()?.next;
  if (next && !loading.peek()) await load(query.peek(), next);
}

async function load(of: ListQuery, after: string | null): Promise<void> {
  const stamp = nextStamp();
  loading.value = true;
  try {
    const page = await listConversations(of, after, PAGE);
    const last = page.rows.at(-1);
    const edge = page.next !== null && last ? sortKey(last.conversation, of) : null;
    batch(() => {
      applyRows(page.rows, stamp);
      pages.value = new Map(pages.value).set(keyOf(of), { edge, next: page.next });
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (keyOf(of) === keyOf(query.peek())) failure.value = error;
  } finally {
    if (keyOf(of) === keyOf(query.peek())) loading.value = false;
  }
}

/** After {type:"reset"} nothing that was loaded counts any more. */
export function forgetPages(): void {
  pages.value = new Map();
}

export async function loadFolders(): Promise<void> {
  folders.value = await getFolders();
}

export async function show(next: FolderId): Promise<void> {
  folder.value = next;
  store(`folder.${me.peek().id}`, next);
  await ensure();
}

/** The folder this agent looked at last, on this machine. */
export function recallFolder(): void {
  const kept = readStored<FolderId>(`folder.${me.peek().id}`);
  if (kept !== null && FOLDERS.includes(kept)) folder.value = kept;
}

export type FilterChange = { [name in keyof Filters]: Filters[name] | undefined };

/** The filters hold in every folder, and after a reload on this machine (R25). */
export async function filterBy(change: FilterChange): Promise<void> {
  const merged = Object.entries({ ...filters.value, ...change }).filter(([, value]) => value !== undefined && value !== false && value !== "");
  await keepFilters(Object.fromEntries(merged) as Filters);
}

export async function resetFilters(): Promise<void> {
  await keepFilters({});
}

async function keepFilters(next: Filters): Promise<void> {
  filters.value = next;
  store(`filters.${me.peek().id}`, next);
  await ensure();
}

/** All that was ever said with one person, open or closed (R61). */
export async function showOnly(contact: number): Promise<void> {
  folder.value = "all";
  store(`folder.${me.peek().id}`, "all");
  await keepFilters({ contact, status: "any" });
}

const KINDS: Record<keyof Filters, "string" | "number" | "boolean"> = {
  inbox: "string",
  assignee: "string",
  language: "string",
  last_by: "string",
  contact: "number",
  topic: "string",
  tags: "string",
  pinned: "boolean",
  bot: "boolean",
  status: "string",
};

/** What was chosen before the reload; what an older or newer page has kept under other names is left. */
export function recallFilters(): void {
  const kept = Object.entries(readStored<Record<string, unknown>>(`filters.${me.peek().id}`) ?? {});
  filters.value = Object.fromEntries(kept.filter(([name, value]) => typeof value === KINDS[name as keyof Filters])) as Filters;
}

export async function sortBy(next: string): Promise<void> {
  await Promise.all([savePreferences({ sort: next }), ensure()]);
}
