import { describe, expect, it } from "vitest";
import { en } from "../src/i18n/en.ts";
import { es } from "../src/i18n/es.ts";
import { ru } from "../src/i18n/ru.ts";
import { uk } from "../src/i18n/uk.ts";
import { en as pagesEn } from "../src/i18n/pages/en.ts";
import { es as pagesEs } from "../src/i18n/pages/es.ts";
import { ru as pagesRu } from "../src/i18n/pages/ru.ts";
import { uk as pagesUk } from "../src/i18n/pages/uk.ts";
import { chooseLocale } from "../src/i18n/index.ts";
import { makeT } from "@deskbridge/ui";

type Words = Record<string, string | Record<string, string>>;
const languages: [string, Words][] = [
  ["en", en],
  ["ru", ru],
  ["uk", uk],
  ["es", es],
];

const forms = (value: string | Record<string, string>): string[] => (typeof value === "string" ? [value] : Object.values(value));
const placeholders = (text: string): string => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join();

describe.each(languages)("the words in %s", (locale, words) => {
  it("are the same keys as in English, none missing and none left over", () => {
    expect(Object.keys(words).sort()).toEqual(Object.keys(en).sort());
  });

  it("have every plural category of the language, and no other", () => {
    const wanted = new Intl.PluralRules(locale).resolvedOptions().pluralCategories.slice().sort();
    for (const [key, value] of Object.entries(words)) {
      if (typeof value !== "string") expect([key, Object.keys(value).sort()]).toEqual([key, wanted]);
    }
  });

  it("are plural exactly where English is", () => {
    for (const [key, value] of Object.entries(en)) expect([key, typeof words[key]]).toEqual([key, typeof value]);
  });

  it("use the placeholders of English, and only those", () => {
    for (const [key, value] of Object.entries(words)) {
      const known = placeholders(forms(en[key as keyof typeof en]).join(" "));
      for (const form of forms(value)) {
        const used = placeholders(form).split(",").filter(Boolean);
        expect([key, used.filter((one) => !known.includes(one))]).toEqual([key, []]);
      }
      if (typeof value === "string") expect([key, placeholders(value)]).toEqual([key, known]);
    }
  });

  it("are nowhere empty", () => {
    for (const [key, value] of Object.entries(words)) for (const form of forms(value)) expect([key, form.trim()]).not.toEqual([key, ""]);
  });
});

/** Products are called so in every language. */
const PRODUCTS = /^surface\.(slack|telegram)$/;

describe.each([["ru", pagesRu], ["uk", pagesUk], ["es", pagesEs]] as [string, Words][])("the words of the pages in %s", (_, words) => {
  it("are those of English, with its placeholders", () => {
    expect(Object.keys(words)).toEqual(Object.keys(pagesEn));
    for (const [key, value] of Object.entries(pagesEn)) expect([key, placeholders(String(words[key]))]).toEqual([key, placeholders(value)]);
  });

  it("were not left in English", () => {
    const same = Object.entries(words).filter(([key, value]) => !PRODUCTS.test(key) && /\p{L}{4}/u.test(String(value).replace(/\{\w+\}/g, "")) && value === (pagesEn as Words)[key]);
    expect(same).toEqual([]);
  });
});

describe("translations", () => {
  it("were not left in English", () => {
    const same = (words: Words): string[] => Object.entries(words).filter(([key, value]) => typeof value === "string" && /\p{L}{4}/u.test(value.replace(/\{\w+\}/g, "")) && value === (en as Words)[key]).map(([key]) => key);
    const kept = ["channel.telegram", "channel.viber", "surfaces.kind.slack"];
    expect(same(ru)).toEqual(kept);
    expect(same(uk)).toEqual(kept);
    expect(same(es)).toEqual([...kept, "attachment.audio", "attachment.sticker", "key.emoji"].sort((a, b) => Object.keys(en).indexOf(a) - Object.keys(en).indexOf(b)));
  });

  it("count in Russian as Russians do", () => {
    const t = makeT(ru, "ru");
    expect([1, 2, 5, 21, 11].map((n) => t("row.unread", { n }))).toEqual([
      "1 непрочитанное сообщение",
      "2 непрочитанных сообщения",
      "5 непрочитанных сообщений",
      "21 непрочитанное сообщение",
      "11 непрочитанных сообщений",
    ]);
  });

  it("follow the agent's choice, then the browser, then the configuration", () => {
    expect(chooseLocale("uk", ["en", "uk"], "en")).toBe("uk");
    expect(chooseLocale("xx", ["en", "uk"], "uk")).toBe("uk");
    expect(chooseLocale("es", ["en", "uk"], "en")).toBe("en");
  });
});
