/** What a screen reader is told, in two polite regions; each is throttled so that a busy desk can still be heard. */
import { signal } from "@preact/signals";

export const threadSays = signal("");
export const listSays = signal("");

const PAUSE = 2_500;

function speaker(target: { value: string }): (text: string) => void {
  let waiting: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    timer = undefined;
    if (waiting.length === 0) return;
    target.value = waiting.slice(-3).join("\n");
    waiting = [];
    timer = setTimeout(flush, PAUSE);
  };
  return (text) => {
    waiting.push(text);
    timer ??= setTimeout(flush, 100);
  };
}

export const sayInThread = speaker(threadSays);
export const sayInList = speaker(listSays);
