/** What is unfolded of floods: kept here, since a line that is scrolled away is drawn anew. */
import { signal } from "@preact/signals";
import { getHeld } from "../api/endpoints.ts";
import type { Message } from "../api/types.ts";

export const unfolded = signal<ReadonlyMap<number, readonly Message[]>>(new Map());

export async function unfold(line: Message): Promise<void> {
  const before = unfolded.peek().get(line.id) ?? [];
  const page = await getHeld(line.conversation_id, line.id, before.at(-1)?.id ?? 0);
  const known = new Set(before.map((one) => one.id));
  put(line.id, [...before, ...page.messages.filter((one) => !known.has(one.id))]);
}

export function fold(line: Message): void {
  put(line.id, null);
}

function put(line: number, messages: readonly Message[] | null): void {
  const now = new Map(unfolded.peek());
  if (messages === null) now.delete(line);
  else now.set(line, messages);
  unfolded.value = now;
}
