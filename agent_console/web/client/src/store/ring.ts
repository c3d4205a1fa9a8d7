/** The sound that comes again until somebody has taken the conversation, or this agent has read it. */
import { getRow } from "./desk.ts";
import { unread } from "./order.ts";

const EVERY = 20_000;

const ringing = new Set<number>();
let timer: ReturnType<typeof setInterval> | undefined;

export function ringUntilTaken(conversation: number, play: () => void): void {
  ringing.add(conversation);
  timer ??= setInterval(() => ring(play), EVERY);
}

export function stopRinging(): void {
  ringing.clear();
  clearInterval(timer);
  timer = undefined;
}

function ring(play: () => void): void {
  for (const id of ringing) if (!waits(id)) ringing.delete(id);
  if (ringing.size === 0) stopRinging();
  else play();
}

function waits(id: number): boolean {
  const row = getRow(id);
  return row !== undefined && row.conversation.state === "open" && row.conversation.assignee === null && row.conversation.snoozed_until === undefined && unread(row) > 0;
}
