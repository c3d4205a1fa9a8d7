/** The lists that are kept under a name, and how much is in each. */
import { computed, signal } from "@preact/signals";
import { ApiError } from "@deskbridge/ui";
import * as server from "../api/endpoints.ts";
import type { Count, View, ViewQuery } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { newest, nextStamp } from "./fresh.ts";
import { query, showQuery } from "./list.ts";
import { me } from "./session.ts";
import { toast } from "./toasts.ts";

export const views = signal<readonly View[]>([]);
export const viewCounts = signal<Readonly<Record<string, Count>>>({});

/** Counting is dear where it is done for every console: at most so often, in ms. */
const PAUSE = 3_000;
let waiting: ReturnType<typeof setTimeout> | undefined;

/** The same list whatever the order of its filters, and whether the order of its rows was named. */
const sameList = ({ sort, ...narrowed }: ViewQuery, now: server.ListQuery): boolean => {
  const { sort: order, ...shown } = now;
  const key = (of: object): string => JSON.stringify(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1)));
  return key(narrowed) === key(shown) && (sort === undefined || sort === order);
};

/** The view that is on the screen, if the list is one of them. */
export const viewShown = computed<View | null>(() => views.value.find((one) => sameList(one.query, query.value)) ?? null);

const isNewest = newest();

export async function loadViews(): Promise<void> {
  const stamp = nextStamp();
  const next = await server.getViews();
  if (isNewest(stamp)) views.value = next.views;
  await countViews();
}

async function countViews(): Promise<void> {
  if (views.peek().length > 0) viewCounts.value = (await server.getViewCounters()).counters;
}

/** After something has changed; hidden pages wait until they are looked at. */
export function countViewsSoon(): void {
  if (views.peek().length === 0) return;
  waiting ??= setTimeout(() => {
    waiting = undefined;
    if (document.visibilityState === "hidden") return addEventListener("focus", countViewsSoon, { once: true });
    void countViews().catch(passes);
  }, PAUSE);
}

/** A count that could not be had now is asked for again by the next change. */
function passes(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
}

export function mayChange(view: View): boolean {
  return view.owner === me.value.id || (view.shared && mayShare());
}

export function mayShare(): boolean {
  return me.value.role === "owner" || me.value.role === "supervisor";
}

export const showView = (view: View): Promise<void> => showQuery(view.query);

/** Keeps the list on the screen under a name. */
export async function keepView(name: string, shared: boolean): Promise<void> {
  await server.postView({ name, shared, query: { ...query.peek() } as ViewQuery });
  await loadViews();
  toast({ tone: "info", title: t("views.kept", { name }) });
}

export async function changeView(id: number, part: { name?: string; shared?: boolean; query?: ViewQuery }): Promise<void> {
  await server.putView(id, part);
  await loadViews();
}

/** Has the view hold what is on the screen now. */
export const updateView = (id: number): Promise<void> => changeView(id, { query: { ...query.peek() } as ViewQuery });

export async function dropView(view: View): Promise<void> {
  await server.deleteView(view.id);
  await loadViews();
  const { name, shared, query: of } = view;
  const again = (): void => void server.postView({ name, shared, query: of }).then(loadViews).catch(passes);
  toast({ tone: "info", title: t("views.dropped", { name }), ...(view.owner === me.peek().id && { action: { label: t("action.undo"), run: again } }) });
}

/** Moves one's own view up or down among one's own. */
export async function moveView(id: number, step: 1 | -1): Promise<void> {
  const ids = views.peek().filter((one) => one.owner === me.peek().id).map((one) => one.id);
  const at = ids.indexOf(id);
  const other = ids[at + step];
  if (at < 0 || other === undefined) return;
  ids[at] = other;
  ids[at + step] = id;
  await server.putViewOrder(ids);
  await loadViews();
}
