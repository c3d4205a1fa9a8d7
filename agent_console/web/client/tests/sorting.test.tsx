import { beforeEach, describe, expect, it } from "vitest";
import { filterWords } from "../src/store/filter-words.ts";
import { choices } from "../src/components/tag-filter.tsx";
import { PickList } from "../src/components/pick-list.tsx";
import { RowItem } from "../src/components/row-item.tsx";
import { rowMenu } from "../src/components/row-menu.ts";
import { sortingItems } from "../src/components/sorting-menu.ts";
import { applyRows } from "../src/store/desk.ts";
import { nextStamp } from "../src/store/fresh.ts";
import { aboutWords } from "../src/store/labels.ts";
import { filters, recallFilters } from "../src/store/list.ts";
import { passes } from "../src/store/order.ts";
import { adopt, settings } from "../src/store/session.ts";
import { store } from "../src/store/storage.ts";
import { lacksTopic } from "../src/store/verbs.ts";
import { eventLine } from "../src/store/words.ts";
import { row, session } from "./samples.ts";
import { press, show } from "./show.ts";
import type { Conversation } from "../src/api/types.ts";
import type { Filters } from "../src/api/endpoints.ts";

const PINNED = new Set(["vip"]);
const of = (id: number, ...tags: string[]): Partial<Conversation> & { id: number } => ({ id, contact: { id, name: `К ${id}`, tags } });

beforeEach(() => {
  localStorage.clear();
  adopt(session());
  filters.value = {};
});

describe("a filter", () => {
  const cases: [Filters, Partial<Conversation>, boolean][] = [
    [{ topic: "prices" }, { topics: ["orders", "prices"] }, true],
    [{ topic: "prices" }, { topics: ["orders"] }, false],
    [{ topic: "-none" }, {}, true],
    [{ topic: "-none" }, { other_topic: "подарунок" }, false],
    [{ topic: "-other" }, { other_topic: "подарунок" }, true],
    [{ topic: "-other" }, { topics: ["prices"] }, false],
    [{ last_by: "agent" }, { last_by: "agent" }, true],
    [{ last_by: "agent" }, { last_by: null }, false],
    [{ contact: 1 }, {}, true],
    [{ contact: 11 }, {}, false],
  ];
  it.each(cases)("J07 %j of %j is %s", (query, part, wanted) => {
    expect(passes(row({ id: 1, ...part }), query, PINNED)).toBe(wanted);
  });

  it("S39 wants every tag, S34 or none at all, S37 or one that is pinned", () => {
    const tagged = (query: Filters, ...tags: string[]): boolean => passes(row(of(1, ...tags)), query, PINNED);
    expect([tagged({ tags: "vip,gross" }, "gross", "vip"), tagged({ tags: "vip,gross" }, "vip")]).toEqual([true, false]);
    expect([tagged({ tags: "-none" }), tagged({ tags: "-none" }, "vip")]).toEqual([true, false]);
    expect([tagged({ pinned: true }, "gross", "vip"), tagged({ pinned: true }, "gross")]).toEqual([true, false]);
  });

  it("R25 is recalled after a reload, and what has no sense any more is not", () => {
    store("filters.anna", { tags: "vip", pinned: true, contact: "7", with_closed: true, inbox: 4 });
    recallFilters();
    expect(filters.value).toEqual({ tags: "vip", pinned: true });
  });

  it("is told in words, R61 a client by name", () => {
    applyRows([row({ id: 7 })], nextStamp());
    expect(filterWords({ contact: 7, tags: "vip,debtor", topic: "-none", last_by: "customer", status: "any" })).toEqual([
      "Олена 7",
      "From the customer",
      "Without a topic",
      "VIP",
      "Debtor",
      "Open and closed",
    ]);
    expect(filterWords({ tags: "-none", topic: "gone" })).toEqual(["gone", "Without tags"]);
  });
});

describe("the tags to choose from", () => {
  const counts = [
    { id: "gross", count: 3 },
    { id: "debtor", count: 12 },
  ];

  it("S35 S38 are those in use, the most used first, and a chosen one on top", () => {
    expect(choices(counts, new Set(), false).map((one) => [one.label, one.note])).toEqual([
      ["Debtor", "12"],
      ["Wholesale", "3"],
    ]);
    expect(choices(counts, new Set(["gross"]), false).map((one) => one.id)).toEqual(["gross", "debtor"]);
    expect(choices([{ id: "vip", count: 1001 }], new Set(), false)[0]).toMatchObject({ note: "1000+", color: "#d97706" });
  });

  it("S37 are the pinned ones alone, where only those are wanted", () => {
    expect(choices(counts, new Set(), true).map((one) => one.id)).toEqual(["debtor"]);
  });

  it("S36 are found by a part of the name, whatever its case, and S34 locked as a whole", () => {
    const chosen: string[] = [];
    const list = (disabled: boolean) => <PickList label="x" choices={choices(counts, new Set(), false)} chosen={new Set()} toggle={(id) => chosen.push(id)} disabled={disabled} />;
    press(show(list(true)).querySelector("[data-choice=gross]"));
    expect(chosen).toEqual([]);
    press(show(list(false)).querySelector("[data-choice=gross]"));
    expect(chosen).toEqual(["gross"]);
  });
});

describe("a row", () => {
  it("S37 shows its client's pinned tags under the name, and no others", () => {
    const place = show(<RowItem row={row(of(1, "vip", "gross"))} stop />);
    expect([...place.querySelectorAll(".row-tags .tag")].map((tag) => tag.textContent)).toEqual(["VIP"]);
    expect(show(<RowItem row={row(of(1, "gross"))} stop />).querySelector(".row-tags")).toBeNull();
  });

  it("R61 offers the same client's other conversations", () => {
    expect(rowMenu(row({ id: 1 })).some((item) => item !== "line" && item.id === "only")).toBe(true);
  });
});

describe("topics", () => {
  it("J26 R53 are told in the order they were given, with what was typed", () => {
    expect(aboutWords({ topics: ["orders", "prices", "gone"], other_topic: "подарунок" })).toEqual(["Orders", "Prices", "gone", "подарунок"]);
  });

  it("J27 are wanted before closing only where the YAML wants them", () => {
    expect(lacksTopic(row({ id: 1 }))).toBe(false);
    adopt(session({ settings: { ...settings.value, topic_required_to_close: true } }));
    expect(lacksTopic(row({ id: 1 }))).toBe(true);
    expect(lacksTopic(row({ id: 1, topics: ["prices"] }))).toBe(false);
    expect(lacksTopic(row({ id: 1, other_topic: "подарунок" }))).toBe(false);
  });

  it("R43 of a closed conversation wait, and say for what", () => {
    const topics = (can: ("reopen" | "set_topics")[], state: "open" | "closed") => sortingItems(row({ id: 1, state }, { can })).find((item) => item !== false && item.id === "topics");
    expect(topics(["reopen"], "closed")).toMatchObject({ disabled: "Reopen it first." });
    expect(topics(["set_topics"], "open")).toMatchObject({ disabled: false });
    expect(topics([], "open")).toBeUndefined();
  });

  it("stand in the thread by their own words", () => {
    const line = (verb: string, data: Record<string, string>): string => eventLine({ verb, data }, "Олена");
    expect(line("topic_added", { by: "lucia", topic: "prices" })).toBe("Lucía set the topic Prices");
    expect(line("topic_removed", { by: "anna", other: "подарунок" })).toBe("You removed the topic подарунок");
    expect(line("tagged", { by: "lucia", tag: "vip" })).toBe("Lucía gave the client the tag VIP");
    expect(line("untagged", { by: "anna", tag: "gone" })).toBe("You took the tag gone from the client");
  });
});
