import type { RefObject, VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { filesOf, namedPaste } from "@deskbridge/ui";
import { prefs } from "../store/session.ts";
import { complete, prepare, triggerAt, type Suggestion } from "../store/suggest.ts";
import { complain } from "../store/verbs.ts";
import { useFocusRequest } from "./hooks.ts";
import { SuggestionList, SUGGESTIONS, suggestionId } from "./suggestion-list.tsx";

/** What the buttons around the field ask of it. */
export type FieldHandle = { insert: (text: string) => void; caret: () => number; focus: () => void };

export type Sending = "send" | "send_close";

type Props = {
  id: number;
  text: string;
  label: string;
  placeholder?: string;
  handle: RefObject<FieldHandle | null>;
  onText: (text: string) => void;
  onSend: (how: Sending) => void;
  onFiles?: (files: File[]) => void;
  /** Whether colleagues may be called here with "@". */
  names?: boolean;
};

const HIGHEST = 260;

/** The field of the composer, whatever becomes of its text: it grows, suggests, and knows the keys that send. */
export function TextField({ id, text, label, placeholder, handle, onText, onSend, onFiles, names = false }: Props): VNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState(0);
  const follow = (): void => setCaret(field.current?.selectionEnd ?? 0);

  const put = (next: string, at: number): void => {
    onText(next);
    setCaret(at);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(at, at);
    });
  };
  const replace = (from: number, to: number, by: string): void => put(text.slice(0, from) + by + text.slice(to), from + by.length);
  const suggestions = useSuggestions(id, text, caret, names, (item, from) => replace(from, caret, item.insert));

  handle.current = {
    insert: (by) => replace(field.current!.selectionStart, field.current!.selectionEnd, by),
    caret: () => field.current?.selectionStart ?? text.length,
    focus: () => field.current?.focus(),
  };
  useFocusRequest("composer", () => field.current?.focus());
  useLayoutEffect(() => {
    if (field.current) grow(field.current);
  }, [text]);
  // One goes on writing where the text ends, whether it was kept from before or is being changed.
  useLayoutEffect(() => field.current?.setSelectionRange(text.length, text.length), []);

  return (
    <>
      {suggestions.shown && (
        <SuggestionList completion={suggestions.shown} active={suggestions.active} onActive={suggestions.activate} onChoose={suggestions.choose} />
      )}
      <textarea
        ref={field}
        value={text}
        rows={2}
        dir="auto"
        placeholder={placeholder}
        aria-label={label}
        aria-autocomplete="list"
        aria-controls={suggestions.shown ? SUGGESTIONS : undefined}
        aria-activedescendant={suggestions.shown?.items.length ? suggestionId(suggestions.active) : undefined}
        enterkeyhint={prefs.value.enter_sends ? "send" : "enter"}
        onInput={(event) => {
          onText(event.currentTarget.value);
          follow();
        }}
        onSelect={follow}
        onClick={follow}
        onKeyDown={(event) => {
          if (event.isComposing || suggestions.onKey(event)) return;
          const how = sendingOf(event, prefs.value.enter_sends);
          if (how === null) return;
          event.preventDefault();
          onSend(how);
        }}
        onPaste={(event) => {
          const files = onFiles ? filesOf(event.clipboardData) : [];
          if (files.length === 0) return;
          event.preventDefault();
          onFiles?.(files.map((file) => namedPaste(file, new Date())));
        }}
      />
    </>
  );
}

/** Ctrl+Enter always sends, Enter where the agent prefers it, Alt+Enter sends and closes, Shift+Enter never. */
export function sendingOf(event: Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">, enterSends: boolean): Sending | null {
  if (event.key !== "Enter" || event.shiftKey) return null;
  if (event.altKey) return "send_close";
  return event.ctrlKey || event.metaKey || enterSends ? "send" : null;
}

type Suggestions = {
  shown: ReturnType<typeof complete>;
  active: number;
  activate: (at: number) => void;
  choose: (item: Suggestion) => void;
  /** Whether the key was for the list. */
  onKey: (event: KeyboardEvent) => boolean;
};

function useSuggestions(id: number, text: string, caret: number, names: boolean, take: (item: Suggestion, from: number) => void): Suggestions {
  const [active, setActive] = useState(0);
  const [refused, setRefused] = useState<number | null>(null);
  const at = triggerAt(text, caret, names);
  const sign = at?.sign;
  const shown = at && at.from !== refused ? complete(at, id) : null;
  useEffect(() => {
    if (sign) void prepare(sign, id).catch(complain);
  }, [sign, id]);
  useEffect(() => setActive(0), [at?.query, sign]);
  useEffect(() => {
    if (!at) setRefused(null);
  }, [at === null]);
  const choose = (item: Suggestion): void => {
    if (shown) take(item, shown.from);
  };
  const onKey = (event: KeyboardEvent): boolean => {
    if (!shown) return false;
    const count = shown.items.length;
    if (event.key === "Escape") setRefused(shown.from);
    else if (count === 0) return false;
    else if (event.key === "ArrowDown") setActive((active + 1) % count);
    else if (event.key === "ArrowUp") setActive((active - 1 + count) % count);
    else if (event.key === "Tab" || (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.shiftKey)) choose(shown.items[active] ?? shown.items[0]!);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { shown, active, activate: setActive, choose, onKey };
}

function grow(field: HTMLTextAreaElement): void {
  field.style.height = "auto";
  field.style.height = `${Math.min(HIGHEST, field.scrollHeight)}px`;
}
