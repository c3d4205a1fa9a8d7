import { signal } from "@preact/signals";
import type { Route } from "./route.ts";

export type Tone = "info" | "error" | "message";
export type ToastAction = { label: string; run: () => void };
export type Toast = {
  id: number;
  tone: Tone;
  title: string;
  text?: string;
  action?: ToastAction;
  /** The whole toast leads there. */
  conversation?: number;
  /** Or there. */
  to?: Route;
};

const STAYS: Record<Tone, number> = { info: 5_000, message: 8_000, error: 10_000 };
const SHOWN = 4;

export const toasts = signal<readonly Toast[]>([]);
const timers = new Map<number, ReturnType<typeof setTimeout>>();
let lastId = 0;

/** Shows a toast. A later message of the same conversation takes the place of the earlier one. */
export function toast(next: Omit<Toast, "id">): number {
  lastId += 1;
  const id = lastId;
  const others = toasts.value.filter((one) => next.conversation === undefined || one.conversation !== next.conversation);
  toasts.value = [...others, { ...next, id }].slice(-SHOWN);
  leaveLater(id);
  return id;
}

export function dismiss(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  toasts.value = toasts.value.filter((one) => one.id !== id);
}

export function dismissConversation(conversation: number): void {
  for (const one of toasts.peek()) if (one.conversation === conversation) dismiss(one.id);
}

/** Time enough to read (WCAG 2.2.1): a toast under the pointer or holding the focus stays. */
export function hold(id: number): void {
  clearTimeout(timers.get(id));
}

export function leaveLater(id: number): void {
  const tone = toasts.peek().find((one) => one.id === id)?.tone;
  if (tone) timers.set(id, setTimeout(() => dismiss(id), STAYS[tone]));
}
