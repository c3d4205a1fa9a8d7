/** The command palette's entries, and how well each answers to what was typed. */
import type { Chord } from "../keys/chords.ts";
import { COMMANDS } from "../keys/commands.ts";
import { BINDINGS } from "../keys/map.ts";
import { loadDictionary, LOCALES, t, type Dictionary } from "../i18n/index.ts";
import { fuzzy } from "../lib/fold.ts";
import { rows } from "./list.ts";
import { go } from "./route.ts";
import { contactName } from "./words.ts";

export type PaletteEntry = {
  id: string;
  title: string;
  /** The same command in the other languages, so that "закрыть" finds it whatever is shown. */
  names: readonly string[];
  chord?: Chord;
  contact?: { id: number };
  run: () => void;
};

const SHOWN = 12;
const CONVERSATIONS = 30;

export function loadPalette(): Promise<Dictionary[]> {
  return Promise.all(LOCALES.map(loadDictionary));
}

/** The commands that can be run now, then the conversations at hand. */
export function paletteEntries(dictionaries: readonly Dictionary[]): PaletteEntry[] {
  const commands = BINDINGS.filter((binding) => binding.id !== "palette" && binding.id !== "escape" && COMMANDS[binding.id].when()).map((binding): PaletteEntry => {
    const chord = binding.chords[0];
    const names = dictionaries.map((dictionary) => String(dictionary[binding.title]));
    return { id: binding.id, title: t(binding.title), names, ...(chord && { chord }), run: COMMANDS[binding.id].run };
  });
  const conversations = rows.peek().slice(0, CONVERSATIONS).map((row): PaletteEntry => {
    const { id, contact } = row.conversation;
    const name = contactName(row);
    return { id: `conversation-${id}`, title: name, names: [name], contact, run: () => go({ conversation: id }) };
  });
  return [...commands, ...conversations];
}

/** The best answers first; with nothing typed, all commands in their own order. */
export function rank(entries: readonly PaletteEntry[], query: string): PaletteEntry[] {
  if (query.trim() === "") return entries.slice(0, SHOWN * 2);
  const scored = entries.map((entry) => ({ entry, score: Math.max(fuzzy(query, entry.title) * 1.1, ...entry.names.map((name) => fuzzy(query, name))) }));
  return scored
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, SHOWN)
    .map(({ entry }) => entry);
}
