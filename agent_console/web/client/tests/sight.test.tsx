import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FiltersDialog } from "../src/components/filters-dialog.tsx";
import { OutOfSight } from "../src/components/out-of-sight.tsx";
import { SettingsSheet } from "../src/components/settings-sheet.tsx";
import { TeamRows } from "../src/components/team-rows.tsx";
import { applyRow, applyRows, folders, forgetEverything, getRow } from "../src/store/desk.ts";
import { filterWords } from "../src/store/filter-words.ts";
import { nextStamp } from "../src/store/fresh.ts";
import { filters, folder } from "../src/store/list.ts";
import { passes } from "../src/store/order.ts";
import { lose, lost, shownId } from "../src/store/reading.ts";
import { go, route } from "../src/store/route.ts";
import { adopt } from "../src/store/session.ts";
import { carryOut } from "../src/store/verbs.ts";
import { press, show } from "./show.ts";
import { row, session } from "./samples.ts";

// Nothing here scrolls, and it would want React.
vi.mock("virtua", () => ({ Virtualizer: () => null }));

const none = { unread: 0, total: 0 };
const counters = { new: none, mine: none, all: none, taken: none, closed: none, unanswered: none, snoozed: none, mine_snoozed: none, channels: {}, unread_total: 0 };

beforeEach(() => {
  adopt(session());
  vi.stubGlobal("fetch", () => new Promise<Response>(() => {}));
  folders.value = { ...counters, teams: [{ id: "sales", unread: 2, total: 7 }, { id: "support", unread: 0, total: 1200 }] };
});
afterEach(() => {
  vi.unstubAllGlobals();
  forgetEverything();
  filters.value = {};
  folder.value = "all";
  lost.value = null;
  route.value = { conversation: null };
});

describe("teams in the rail", () => {
  it("R04 R05 each has a row with its name, how many are open, and how many unread", () => {
    const rows = [...show(<TeamRows />).querySelectorAll("[data-team-row]")];
    expect(rows.map((one) => one.querySelector(".rail-text")!.textContent)).toEqual(["Sales", "Support"]);
    expect(rows.map((one) => one.querySelector("[data-total]")!.textContent)).toEqual(["7", "1000+"]);
    expect(rows.map((one) => one.querySelector("[data-unread]")?.textContent)).toEqual(["2", undefined]);
  });

  it("narrows the open ones to itself, and to nobody when pressed again", () => {
    folder.value = "closed";
    filters.value = { language: "uk" };
    press(show(<TeamRows />).querySelector("[data-team-row=sales]"));
    expect([folder.value, filters.value]).toEqual(["all", { language: "uk", team: "sales" }]);
    press(show(<TeamRows />).querySelector("[data-team-row=sales]"));
    expect(filters.value).toEqual({ language: "uk" });
  });

  it("is not there where there are no teams", () => {
    folders.value = { ...counters, teams: [] };
    expect(show(<TeamRows />).textContent).toBe("");
    expect(show(<FiltersDialog />).textContent).not.toContain("Team");
  });
});

describe("J07 the team as a filter", () => {
  it("passes what the server's passes", () => {
    const nothing = new Set<string>();
    expect(passes(row({ id: 1, team: "sales" }), { team: "sales" }, nothing)).toBe(true);
    expect(passes(row({ id: 1, team: "support" }), { team: "sales" }, nothing)).toBe(false);
    expect(passes(row({ id: 1 }), { team: "sales" }, nothing)).toBe(false);
    expect(passes(row({ id: 1 }), { team: "-none" }, nothing)).toBe(true);
    expect(passes(row({ id: 1, team: "sales" }), { team: "-none" }, nothing)).toBe(false);
  });

  it("is said in words, and offered with those that may be seen", () => {
    expect(filterWords({ team: "sales" })).toEqual(["Sales"]);
    expect(filterWords({ team: "-none" })).toEqual(["Without a team"]);
    const choice = [...show(<FiltersDialog />).querySelectorAll("label")].find((one) => one.textContent === "Team")!;
    const options = [...choice.parentElement!.querySelectorAll("option")].map((one) => one.textContent);
    expect(options).toEqual(["Any", "Sales", "Support", "Without a team"]);
  });
});

describe("what goes out of sight", () => {
  it("S06 R55 leaves a word of why where it was open, and colleagues are not told that it is looked at", () => {
    applyRows([row({ id: 4 })], nextStamp());
    go({ conversation: 4 });
    applyRow(4, null, nextStamp());
    lose(4);
    const page = show(<OutOfSight />);
    expect(page.textContent).toContain("You no longer see this conversation");
    expect(shownId.value).toBeNull();
    press(page.querySelector(".out-of-sight button"));
    expect(route.value.conversation).toBeNull();
  });

  it("says nothing of one that is not open", () => {
    go({ conversation: 5 });
    lose(4);
    expect(lost.value).toBeNull();
    expect(shownId.value).toBe(5);
  });

  it("is done by a verb that is answered without a row", async () => {
    applyRows([row({ id: 4 })], nextStamp());
    go({ conversation: 4 });
    expect(await carryOut(4, () => Promise.resolve({ row: null }))).toBe(true);
    expect(getRow(4)).toBeUndefined();
    expect(lost.value).toBe(4);
  });
});

describe("O34 the conversations of other teams", () => {
  const choice = (): Element | null => show(<SettingsSheet />).querySelector("[name=other_teams]");

  it("can be chosen where the agent may", () => {
    expect(choice()).toBeNull();
    const plain = session();
    adopt({ ...plain, settings: { ...plain.settings, may_see_others: true } });
    expect(choice()).not.toBeNull();
  });
});
