/** Which conversations of the list are selected; also some that are not loaded. */
import { computed, effect, signal } from "@preact/signals";
import { getSelection } from "../api/endpoints.ts";
import type { Row, Verb } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { sayInList } from "./announce.ts";
import { desk, getRow } from "./desk.ts";
import { pinnedTags } from "./labels.ts";
import { more, query, rows } from "./list.ts";
import { inFolder, passes } from "./order.ts";
import { toast } from "./toasts.ts";
import { dialog } from "./ui.ts";

export const selected = signal<ReadonlySet<number>>(new Set());
export const selecting = computed(() => selected.value.size > 0);
/** The server has named all there are, loaded or not. */
const everything = signal(false);
export const allSelected = computed(() => (everything.value || !more.value) && rows.value.every((row) => selected.value.has(row.conversation.id)));

/** The row that a range is selected from. */
let anchor: number | null = null;

function select(ids: Iterable<number>): void {
  selected.value = new Set(ids);
  sayInList(t("select.count", { n: selected.value.size }));
}

export function toggleSelected(id: number): void {
  anchor = id;
  if (selected.peek().has(id)) deselect([id]);
  else addToSelection(id);
}

export function addToSelection(id: number): void {
  if (!selected.peek().has(id)) select([...selected.peek(), id]);
}

/** Everything between the row that was selected last and this one. */
export function selectThrough(id: number): void {
  const ids = rows.peek().map((row) => row.conversation.id);
  const [from, to] = [ids.indexOf(anchor ?? id), ids.indexOf(id)].sort((a, b) => a - b) as [number, number];
  select([...selected.peek(), ...ids.slice(Math.max(0, from), to + 1)]);
}

/** The whole list, whatever of it is loaded (S25). */
export async function selectAll(): Promise<void> {
  const of = query.peek();
  const found = await getSelection(of);
  if (of !== query.peek()) return;
  everything.value = !found.more;
  select(found.ids);
  if (found.more) toast({ tone: "info", title: t("select.first", { n: found.ids.length }) });
}

export function deselect(ids: readonly number[]): void {
  const left = new Set(selected.peek());
  for (const id of ids) left.delete(id);
  if (left.size === selected.peek().size) return;
  everything.value = false;
  select(left);
}

export function selectNothing(): void {
  anchor = null;
  everything.value = false;
  if (selected.peek().size > 0) select([]);
}

/** Whether any of them allows it; of one that is not loaded the server will say. */
export function offered(verb: Verb): boolean {
  return [...selected.value].some((id) => desk.value.rows.get(id)?.value.can.includes(verb) ?? true);
}

export const deletesSelected = (): boolean => selecting.peek() && (offered("purge") || offered("delete"));

export function askToDelete(): void {
  dialog.value = { kind: "trash", ids: [...selected.peek()], forGood: query.peek().folder === "deleted" };
}

/** Another list has another selection; and what leaves the list is selected no longer. */
export function followSelection(): () => void {
  const stops = [
    effect(() => {
      void query.value;
      selectNothing();
    }),
    effect(() => {
      void desk.value;
      if (selected.peek().size > 0) deselect([...selected.peek()].filter(hasLeft));
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

function hasLeft(id: number): boolean {
  const row: Row | undefined = getRow(id);
  const of = query.peek();
  return row !== undefined && !(inFolder(row, of) && passes(row, of, pinnedTags.peek()));
}
