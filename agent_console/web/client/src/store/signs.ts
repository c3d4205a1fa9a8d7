/** Passing signs of life: who types and who looks, by conversation. Nothing of this is kept. */
import { signal } from "@preact/signals";

export type Who = { kind: "customer" } | { kind: "agent"; id: string };

const TYPING_LASTS = 6_000;

export const typing = signal<ReadonlyMap<number, Who>>(new Map());
export const viewing = signal<ReadonlyMap<number, readonly string[]>>(new Map());
const ends = new Map<number, ReturnType<typeof setTimeout>>();

export function somebodyTypes(conversation: number, who: Who): void {
  clearTimeout(ends.get(conversation));
  typing.value = new Map(typing.value).set(conversation, who);
  ends.set(conversation, setTimeout(() => nobodyTypes(conversation), TYPING_LASTS));
}

/** Also called when the message that was being typed has come. */
export function nobodyTypes(conversation: number): void {
  clearTimeout(ends.get(conversation));
  ends.delete(conversation);
  if (!typing.value.has(conversation)) return;
  const next = new Map(typing.value);
  next.delete(conversation);
  typing.value = next;
}

export function setViewing(conversation: number, agents: readonly string[]): void {
  viewing.value = new Map(viewing.value).set(conversation, agents);
}
