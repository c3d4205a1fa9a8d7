import { makeT, pickLocale, type Plural, type Translate } from "@deskbridge/ui";
import type en from "./locales/en.ts";

export type Key = keyof typeof en;
/** What each locale must bring: every text of English, with plurals where English has them. */
export type Locale = { [K in Key]: (typeof en)[K] extends string ? string : Plural };
export type Words = { locale: string; t: Translate<Key> };

/** Each language is a chunk of its own; only the one in use is loaded. */
export const LOCALES: Record<string, () => Promise<{ default: Locale }>> = {
  en: () => import("./locales/en.ts"),
  ru: () => import("./locales/ru.ts"),
  uk: () => import("./locales/uk.ts"),
  es: () => import("./locales/es.ts"),
};

export async function loadWords(wish: string): Promise<Words> {
  const locale = pickLocale([wish], Object.keys(LOCALES), "en");
  const { default: messages } = await LOCALES[locale]!();
  return { locale, t: makeT(messages, locale) };
}
