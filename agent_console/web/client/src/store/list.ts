/** The list being shown: its folder, sort and filters, and the pages loaded of it. */
import { batch, computed, effect, signal } from "@preact/signals";
import { ApiError } from "@deskbridge/ui";
import { getFolders, listConversations, type Filters, type ListQuery } from "../api/endpoints.ts";
import type { FolderId, Part, Row, ViewQuery } from "../api/types.ts";
import { applyRows, desk, folders, setFolders } from "./desk.ts";
import { nextStamp } from "./fresh.ts";
import { pinnedTags } from "./labels.ts";
import { select, sortKey } from "./order.ts";
import { savePreferences } from "./preferences.ts";
import { go, route } from "./route.ts";
import { me, preferences, prefs, session } from "./session.ts";
import { readStored, store } from "./storage.ts";

/** Deleted is there for whom the server counts it. */
export const FOLDERS = computed<readonly FolderId[]>(() => ["new", "mine", "all", "closed", ...(folders.value?.deleted ? (["deleted"] as const) : [])]);

const PAGE = 50;

export const folder = signal<FolderId>("all");
/** The list within the folder; none is the folder itself. */
export const part = signal<Part | null>(null);
export const filters = signal<Filters>({});

/** The lists that a folder has within it. */
export const PARTS: Partial<Record<FolderId, readonly Part[]>> = { all: ["unanswered", "snoozed"], mine: ["snoozed", "internal", "closed"] };

/** An agent may do without the customers' conversations of everybody (O35). */
export const shownFolders = computed<readonly FolderId[]>(() => FOLDERS.value.filter((id) => id !== "all" || !prefs.value.hide_clients));

/** The agent's own choice where the server still offers it, else the configured default. */
export const sort = computed(() => {
  const chosen = preferences.value?.sort;
  const { sorts, settings } = session.value!;
  return chosen && sorts.includes(chosen) ? chosen : settings.default_sort;
});

export const query = computed<ListQuery>(() => ({
  folder: folder.value,
  sort: sort.value,
  ...(part.value !== null && { part: part.value }),
  ...filters.value,
}));
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

/** Loads the first page of what is asked for now in place of all pages of all lists. Raises ApiError. */
export async function reload(): Promise<void> {
  await loadPage(query.peek(), null, () => new Map());
  // Another list may have been chosen meanwhile.
  if (session.peek() !== null) await ensure();
}

async function load(of: ListQuery, after: string | null): Promise<void> {
  loading.value = true;
  try {
    await loadPage(of, after, () => pages.value);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (keyOf(of) === keyOf(query.peek())) failure.value = error;
  } finally {
    if (keyOf(of) === keyOf(query.peek())) loading.value = false;
  }
}

/** Loads a page; `others` are the pages that are kept beside it once it is here. */
async function loadPage(of: ListQuery, after: string | null, others: () => ReadonlyMap<string, Pages>): Promise<void> {
  const stamp = nextStamp();
  const page = await listConversations(of, after, PAGE);
  // Signed out meanwhile, or the page before it is another one by now.
  if (session.peek() === null || (after !== null && pages.peek().get(keyOf(of))?.next !== after)) return;
  const last = page.rows.at(-1);
  const edge = page.next !== null && last ? sortKey(last.conversation, of) : null;
  batch(() => {
    applyRows(page.rows, stamp);
    pages.value = new Map(others()).set(keyOf(of), { edge, next: page.next });
  });
}

export function forgetPages(): void {
  pages.value = new Map();
}

export async function loadFolders(): Promise<void> {
  const stamp = nextStamp();
  setFolders(await getFolders(), stamp);
}

/** Shows a folder, or a list within it. */
export async function show(next: FolderId, within: Part | null = null): Promise<void> {
  batch(() => {
    folder.value = next;
    part.value = within;
  });
  store(`folder.${me.peek().id}`, next);
  if (route.peek().page) go({ conversation: null });
  await ensure();
}

/** The folder this agent looked at last, on this machine. */
export function recallFolder(): void {
  const kept = readStored<FolderId>(`folder.${me.peek().id}`);
  part.value = null;
  if (kept !== null && FOLDERS.peek().includes(kept)) folder.value = kept;
}

/** Leaves a folder that the agent wants to do without, also where they have chosen so in another tab. */
export function followFolders(): () => void {
  return effect(() => {
    if (shownFolders.value.includes(folder.peek())) return;
    part.value = null;
    folder.value = "new";
    void ensure();
  });
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

/** A list that was kept under a name: its folder, its order and its filters. */
export async function showQuery({ folder: next, sort: order, part: within, ...narrowed }: ViewQuery): Promise<void> {
  const known = Object.entries(narrowed).filter(([name, value]) => typeof value === KINDS[name as keyof Filters]);
  batch(() => {
    folder.value = next;
    part.value = PARTS[next]?.find((one) => one === within) ?? null;
    filters.value = Object.fromEntries(known) as Filters;
  });
  store(`folder.${me.peek().id}`, next);
  store(`filters.${me.peek().id}`, filters.peek());
  const kept = typeof order === "string" && order !== sort.peek() ? savePreferences({ sort: order }) : Promise.resolve();
  await Promise.all([kept, ensure()]);
}

/** All that was ever said with one person, open or closed (R61). */
export async function showOnly(contact: number): Promise<void> {
  folder.value = "all";
  part.value = null;
  store(`folder.${me.peek().id}`, "all");
  await keepFilters({ contact, status: "any" });
}

/** A team's open conversations; pressed again, everybody's. */
export async function showTeam(team: string): Promise<void> {
  const shown = folder.peek() === "all" && filters.peek().team === team;
  folder.value = "all";
  store(`folder.${me.peek().id}`, "all");
  await filterBy({ team: shown ? undefined : team, status: undefined });
}

const KINDS: Record<keyof Filters, "string" | "number" | "boolean"> = {
  inbox: "string",
  assignee: "string",
  language: "string",
  last_by: "string",
  contact: "number",
  team: "string",
  topic: "string",
  tags: "string",
  pinned: "boolean",
  has_status: "string",
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
