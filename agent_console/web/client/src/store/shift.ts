/** When this agent works, and when customers' waits stand still. The server keeps the hours. */
import { effect, signal } from "@preact/signals";
import { ApiError } from "@deskbridge/ui";
import { getSession, getShift } from "../api/endpoints.ts";
import type { ShiftSpan } from "../api/types.ts";
import { serverNow } from "./clock.ts";
import { session } from "./session.ts";
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

/** As many days as the server tells of hours ahead are not over before it is asked again. */
const AHEAD = 86_400_000;

async function loadHours(): Promise<void> {
  const known = session.peek()?.settings.wait_hours;
  if (!known || serverNow() < known.until - AHEAD) return;
  try {
    const now = await getSession();
    const known = session.peek();
    if (known && "settings" in now) session.value = { ...known, settings: now.settings };
  } catch (error) {
    // It is asked again within the hour.
    if (!(error instanceof ApiError)) throw error;
  }
}

/** Knows for days ahead when customers' waits stand still; returns how to stop. */
export function followHours(): () => void {
  const timer = setInterval(() => void loadHours(), AGAIN);
  return () => clearInterval(timer);
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
