/** The console's language: chosen by the agent, else by the browser, else by the configuration. */
import { computed, signal } from "@preact/signals";
import { makeT, pickLocale, type Params, type Plural } from "@deskbridge/ui";
import type { en } from "./en.ts";

export type Key = keyof typeof en;
/** A language's words: where English has a plural, each language has its own categories. */
export type Dictionary = { [K in Key]: (typeof en)[K] extends string ? string : Plural };

export const LOCALES = ["en", "ru", "uk", "es"] as const;
export type Locale = (typeof LOCALES)[number];

/** Each language in its own words, so that an agent finds theirs whatever is shown. */
export const LOCALE_NAMES: Record<Locale, string> = { en: "English", ru: "Русский", uk: "Українська", es: "Español" };

const loaders: Record<Locale, () => Promise<Dictionary>> = {
  en: async () => (await import("./en.ts")).en,
  ru: async () => (await import("./ru.ts")).ru,
  uk: async () => (await import("./uk.ts")).uk,
  es: async () => (await import("./es.ts")).es,
};

/** Null until the first language has come: nobody loads one that is not theirs. */
const words = signal<{ locale: Locale; messages: Dictionary } | null>(null);
const translate = computed(() => (words.value ? makeT(words.value.messages, words.value.locale) : (): string => ""));

export const locale = computed<Locale>(() => words.value?.locale ?? "en");

export function t(key: Key, params?: Params): string {
  return translate.value(key, params);
}

/** Whether a word put together of what the server says is one of ours. */
export function isKey(word: string): word is Key {
  return words.value !== null && Object.hasOwn(words.value.messages, word);
}

/** Which of our languages to speak; `fallback` is the configured one. */
export function chooseLocale(preferred: string, available: readonly string[], fallback: string): Locale {
  const ours = LOCALES.filter((one) => available.includes(one));
  const offered: readonly string[] = ours.length > 0 ? ours : LOCALES;
  const wanted = preferred === "auto" ? navigator.languages : [preferred];
  return pickLocale(wanted, offered, offered.includes(fallback) ? fallback : "en") as Locale;
}

export function loadDictionary(of: Locale): Promise<Dictionary> {
  return loaders[of]();
}

export async function speak(next: Locale): Promise<void> {
  const messages = await loadDictionary(next);
  words.value = { locale: next, messages };
  document.documentElement.lang = next;
}

/** A language's own name in the agent's language: "uk" is "Ukrainian". */
export function languageName(tag: string): string {
  try {
    const name = new Intl.DisplayNames([locale.value], { type: "language" }).of(tag) ?? tag;
    return name.slice(0, 1).toLocaleUpperCase(locale.value) + name.slice(1);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return tag; // Browsers send tags that Intl does not accept; they are shown as they came.
  }
}

/** A text of the YAML: one for everybody, or one by language; `fallback` is the configured language. */
export function inOwnWords(text: string | Record<string, string>, fallback: string): string {
  if (typeof text === "string") return text;
  return text[locale.value] ?? text[fallback] ?? Object.values(text)[0] ?? "";
}

export function listNames(names: readonly string[]): string {
  return new Intl.ListFormat(locale.value, { type: "conjunction" }).format(names);
}
