/** When this agent works, for agents who want to be left alone outside of it. The server keeps the hours. */
import { effect, signal } from "@preact/signals";
import { ApiError } from "@deskbridge/ui";
import { getShift } from "../api/endpoints.ts";
import type { ShiftSpan } from "../api/types.ts";
import { wishes } from "./wishes.ts";

/** The server tells about a week; asked again long before that is over, and after a reload that changed the hours. */
const AGAIN = 3_600_000;

/** Null: they have no hours, and are always at work. */
export const spans = signal<readonly ShiftSpan[] | null>(null);

export function onShift(now: number): boolean {
  return spans.peek()?.some(({ start, end }) => start <= now && now < end) ?? true;
}

async function load(): Promise<void> {
  try {
    spans.value = (await getShift()).spans;
  } catch (error) {
    // What was known before stays; until then they are told, which is the smaller fault.
    if (!(error instanceof ApiError)) throw error;
  }
}

/** Knows the shift for as long as the agent wants to be left alone outside of it; returns how to stop. */
export function followShift(): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = effect(() => {
    clearInterval(timer);
    if (!wishes.value.quiet_off_shift) return;
    void load();
    timer = setInterval(() => void load(), AGAIN);
  });
  return () => {
    stop();
    clearInterval(timer);
  };
}
