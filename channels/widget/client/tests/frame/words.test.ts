import { describe, expect, it } from "vitest";
import { LOCALES, loadWords, type Locale } from "../../src/frame/words.ts";

const all = await Promise.all(
  Object.entries(LOCALES).map(async ([name, load]) => [name, (await load()).default] as const),
);
const english = all.find(([name]) => name === "en")![1];

const texts = (message: Locale[keyof Locale]): string[] =>
  typeof message === "string" ? [message] : Object.values(message);
const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((hole) => hole[1]!).sort();

describe.each(all)("the words in %s", (name, messages) => {
  it("are all there, none of them empty, and no others", () => {
    expect(Object.keys(messages)).toEqual(Object.keys(english));
    for (const message of Object.values(messages)) for (const text of texts(message)) expect(text.trim()).not.toBe("");
  });

  it("have every plural that the language has", () => {
    const wanted = new Intl.PluralRules(name).resolvedOptions().pluralCategories.toSorted();
    for (const message of Object.values(messages))
      if (typeof message !== "string") expect(Object.keys(message).sort()).toEqual(wanted);
  });

  it("leave the same places to fill as English", () => {
    for (const [key, message] of Object.entries(messages)) {
      const wanted = holes(texts(english[key as keyof Locale]).at(-1)!);
      for (const text of texts(message)) expect([key, holes(text)]).toEqual([key, wanted]);
    }
  });
});

describe("loading words", () => {
  it("finds the language of a regional tag and falls back to English", async () => {
    expect((await loadWords("uk-UA")).locale).toBe("uk");
    expect((await loadWords("fr")).locale).toBe("en");
  });
});
