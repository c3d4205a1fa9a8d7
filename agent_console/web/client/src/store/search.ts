/** Full text search over everything the agent may see; the list's filters narrow it. */
import { batch, signal } from "@preact/signals";
import { ApiError } from "@deskbridge/ui";
import { search } from "../api/endpoints.ts";
import type { Hit } from "../api/types.ts";
import { applyRows } from "./desk.ts";
import { nextStamp } from "./fresh.ts";
import { filters, folder } from "./list.ts";

export type Found = { q: string; here: boolean; hits: readonly Hit[]; next: string | null; state: "busy" | "done" | "failed" };

export const searchText = signal("");
export const found = signal<Found | null>(null);
export const searchFailure = signal<ApiError | null>(null);

let running: AbortController | null = null;

/** `here`: only in the folder shown. */
export async function find(text: string, here = found.peek()?.here ?? false): Promise<void> {
  const q = text.trim();
  if (q === "") return stopSearch();
  found.value = { q, here, hits: found.peek()?.hits ?? [], next: null, state: "busy" };
  await page(q, here, null);
}

export async function findMore(): Promise<void> {
  const present = found.peek();
  if (present?.state !== "done" || present.next === null) return;
  await page(present.q, present.here, present.next);
}

export function stopSearch(): void {
  running?.abort();
  searchText.value = "";
  found.value = null;
}

/** Asks again with the present filters, if a search is shown. */
export async function findAgain(): Promise<void> {
  const present = found.peek();
  if (present) await find(present.q, present.here);
}

async function page(q: string, here: boolean, after: string | null): Promise<void> {
  running?.abort();
  const abort = new AbortController();
  running = abort;
  const stamp = nextStamp();
  try {
    const answer = await search({ ...filters.peek(), q, folder: here ? folder.peek() : undefined }, after, abort.signal);
    const { hits } = answer;
    batch(() => {
      applyRows(hits.map((hit) => hit.row), stamp);
      const before = after === null ? [] : (found.peek()?.hits ?? []);
      found.value = { q, here, hits: [...before, ...hits], next: answer.next, state: "done" };
    });
  } catch (error) {
    if (abort.signal.aborted) return;
    if (!(error instanceof ApiError)) throw error;
    searchFailure.value = error;
    found.value = { q, here, hits: [], next: null, state: "failed" };
  }
}
