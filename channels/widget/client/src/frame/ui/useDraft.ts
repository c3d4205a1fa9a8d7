import { useEffect, useRef, useState } from "preact/hooks";
import { useShared } from "./context.ts";

const PAUSE = 400;

/** The unsent text of a thread. It is kept after a short pause, so that it outlives a reload. */
export function useDraft(thread: string): [text: string, setText: (text: string) => void] {
  const { desk, state } = useShared();
  // A conversation that has not begun has a new id after each reload; its draft is kept under one name.
  const key = state.data.threads.some((one) => one.thread === thread) ? thread : "new";
  const [text, setText] = useState(state.kept.drafts?.[key] ?? "");
  const now = useRef({ key, text, kept: text });
  now.current = { ...now.current, key, text };
  const save = (): void => {
    const { key, text, kept } = now.current;
    if (text === kept) return;
    now.current.kept = text;
    const { [key]: _, ...others } = desk.core.store.value.kept.drafts ?? {};
    desk.core.keep({ drafts: text === "" ? others : { ...others, [key]: text } });
  };
  useEffect(() => {
    const timer = setTimeout(save, text === "" ? 0 : PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => save, []);
  return [text, setText];
}
