/** Keys as data, and which of them an event is. Matched by `event.code`, so that they work on a Cyrillic layout too. */

export type Chord = {
  code: string;
  /** Signs sit elsewhere on other layouts: where the code says nothing, this `event.key` counts. */
  key?: string;
  /** Ctrl, or Command on a Mac. */
  mod?: boolean;
  shift?: boolean;
  alt?: boolean;
  /** The key to press before, as in "G then N". */
  after?: string;
  /** Works while a text is being written. */
  typing?: boolean;
  /** Works in the composer, and only while nothing is written there. */
  inEmpty?: boolean;
};

export type KeyPress = Pick<KeyboardEvent, "code" | "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "isComposing">;

export type Situation = {
  /** The focus is in a field. */
  typing: boolean;
  /** That field is the composer's, and empty. */
  empty: boolean;
  /** Whether keys without Ctrl or Alt work at all (WCAG 2.1.4). */
  single: boolean;
  /** The code pressed just before, if it begins a sequence. */
  prefix: string | null;
};

export function isSingle(chord: Chord): boolean {
  return !chord.mod && !chord.alt;
}

function modifiersFit(chord: Chord, press: KeyPress, exactShift: boolean): boolean {
  const mod = press.ctrlKey || press.metaKey;
  return mod === !!chord.mod && press.altKey === !!chord.alt && (!exactShift || press.shiftKey === !!chord.shift);
}

function allowed(chord: Chord, situation: Situation): boolean {
  if (chord.inEmpty ? !situation.empty : situation.typing && !chord.typing) return false;
  return situation.single || !isSingle(chord);
}

/** The binding that a key press means, or null. Codes go before signs, longer sequences before single keys. */
export function match<T extends { chords: readonly Chord[] }>(bindings: readonly T[], press: KeyPress, situation: Situation): T | null {
  if (press.isComposing || press.key === "Process" || press.key === "Dead") return null;
  const usable = (chord: Chord): boolean => allowed(chord, situation) && (chord.after ?? null) === situation.prefix;
  const byCode = (chord: Chord): boolean => usable(chord) && chord.code === press.code && modifiersFit(chord, press, true);
  const bySign = (chord: Chord): boolean => usable(chord) && chord.key === press.key && modifiersFit(chord, press, false);
  const find = (test: (chord: Chord) => boolean): T | null => bindings.find((binding) => binding.chords.some(test)) ?? null;
  return find(byCode) ?? find(bySign);
}

/** Whether a press begins one of the sequences. */
export function begins(bindings: readonly { chords: readonly Chord[] }[], press: KeyPress, situation: Situation): boolean {
  if (situation.typing || !situation.single || press.ctrlKey || press.metaKey || press.altKey || press.shiftKey || press.isComposing) return false;
  return bindings.some((binding) => binding.chords.some((chord) => chord.after === press.code));
}

const NAMES: Record<string, string> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  Enter: "Enter",
  Escape: "Esc",
  Slash: "/",
  Period: ".",
  Semicolon: ":",
};

/** The keys to show, in order: ["G", "N"] or ["Ctrl", "K"]. */
export function keyNames(chord: Chord, mac: boolean, layout?: ReadonlyMap<string, string>): string[] {
  const name = (code: string): string => NAMES[code] ?? layout?.get(code)?.toUpperCase() ?? code.replace(/^(Key|Digit)/, "");
  const sign = chord.key !== undefined && !chord.mod && !chord.alt;
  return [
    ...(chord.after ? [name(chord.after)] : []),
    ...(chord.mod ? [mac ? "⌘" : "Ctrl"] : []),
    ...(chord.alt ? [mac ? "⌥" : "Alt"] : []),
    ...(chord.shift && !sign ? ["Shift"] : []),
    sign ? chord.key! : name(chord.code),
  ];
}
