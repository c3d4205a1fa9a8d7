import { describe, expect, it } from "vitest";
import { EMOJI } from "../src/lib/emoji.ts";
import { suggest, trigger } from "../src/store/quick-replies.ts";
import { findEmoji, triggerAt } from "../src/store/suggest.ts";
import { findAgents } from "../src/store/people.ts";
import { session } from "./samples.ts";

const replies = [
  { id: 1, shortcut: "track", title: "Де замовлення", text: "У дорозі", source: "yaml" as const },
  { id: 2, shortcut: "hi", title: "Вітання", text: "Вітаю! Track", source: "yaml" as const },
];

describe("d23 quick replies", () => {
  it("open at the start of a text or after a space, and nowhere else", () => {
    expect(trigger("/", 1, "/")).toEqual({ from: 0, query: "" });
    expect(trigger("Вітаю! /tr", 10, "/")).toEqual({ from: 7, query: "tr" });
    expect(trigger("https://example.com", 19, "/")).toBeNull();
    expect(trigger("1/2", 3, "/")).toBeNull();
    expect(trigger("/tr and more", 12, "/")).toBeNull();
  });

  it("list a shortcut that begins so before a text that has it somewhere", () => {
    expect(suggest(replies, "track").map((one) => one.id)).toEqual([1, 2]);
    expect(suggest(replies, "вітан").map((one) => one.id)).toEqual([2]);
    expect(suggest(replies, "")).toHaveLength(2);
  });
});

describe("emoji", () => {
  it("open after a colon and two letters, so that :) stays what it is", () => {
    expect(triggerAt("дякую :)", 8)).toBeNull();
    expect(triggerAt("дякую :се", 9)).toEqual({ sign: ":", from: 6, query: "се" });
  });

  it("are found by words of all four languages", () => {
    for (const word of ["heart", "сердце", "серце", "corazón"]) expect(findEmoji(EMOJI, word)[0]?.[0]).toBe("❤️");
  });

  it("have a word in each language, and none twice", () => {
    for (const [, words] of EMOJI) expect(words.split(" ").length).toBeGreaterThanOrEqual(4);
    expect(new Set(EMOJI.map(([sign]) => sign)).size).toBe(EMOJI.length);
  });
});

describe("colleagues", () => {
  const { agents } = session();
  const ids = (query: string, without: string[] = []): string[] => findAgents(agents, query, without, "uk").map((agent) => agent.id);

  it("are found by a part of a Cyrillic name, whatever the case", () => {
    expect(ids("шевч")).toEqual(["olena"]);
    expect(ids("КОВАЛЬ")).toEqual(["anna"]);
  });

  it("come with those online first; viewers and those left out are not among them", () => {
    expect(ids("")).toEqual(["anna", "olena", "lucia"]);
    expect(ids("", ["anna"])).toEqual(["olena", "lucia"]);
  });
});
