/** The words of the pages beside the conversations, which are loaded with the first of them. */
import { computed, signal } from "@preact/signals";
import { makeT, type Params } from "@deskbridge/ui";
import { locale, type Locale } from "../index.ts";
import { en } from "./en.ts";

export type PageKey = keyof typeof en;
export type PageWords = { [K in PageKey]: string };

const loaders: Record<Locale, () => Promise<PageWords>> = {
  en: () => Promise.resolve(en),
  ru: async () => (await import("./ru.ts")).ru,
  uk: async () => (await import("./uk.ts")).uk,
  es: async () => (await import("./es.ts")).es,
};

const words = signal<{ locale: Locale; messages: PageWords }>({ locale: "en", messages: en });
const translate = computed(() => makeT(words.value.messages, words.value.locale));

export function p(key: PageKey, params?: Params): string {
  return translate.value(key, params);
}

/** A word that the server names; itself where a newer server has words that this page does not. */
export function named(group: string, name: string): string {
  const key = `${group}.${name}`;
  return Object.hasOwn(en, key) ? p(key as PageKey) : name;
}

/** Says what the pages say in the console's language. */
export async function speakPages(): Promise<void> {
  const wanted = locale.value;
  const messages = await loaders[wanted]();
  words.value = { locale: wanted, messages };
}
