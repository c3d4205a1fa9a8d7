// @vitest-environment node
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { calls, signals, type Happening, type Stage, type Ways, type Wishes } from "../src/store/calling.ts";

type Case = { says: string; what: Partial<Happening> & Pick<Happening, "kind">; wishes?: Partial<Wishes>; off_shift?: boolean; told: boolean };
const table = JSON.parse(readFileSync(new URL("calling.json", import.meta.url), "utf-8")) as { cases: Case[] };

const wishes: Wishes = { level: "teams", customers: true, colleagues: true, notes: true, muted: [], quiet_off_shift: false };
const what = (part: Partial<Happening> & Pick<Happening, "kind">): Happening => ({ inbox: "site", mine: false, following: false, untaken: false, my_team: true, ...part });

describe("d05 o13 o27 o36 o37 an agent is told as the table says", () => {
  it.each(table.cases)("$says", (one) => {
    expect(calls(what(one.what), { ...wishes, ...one.wishes }, !one.off_shift)).toBe(one.told);
  });
});

const elsewhere: Stage = { here: false, anywhere: false, focused: false, hidden: true, leads: true };
const all: Ways = { toasts: true, title_flash: true, sound: true, call_sound: true, desktop: true };
const given = (kind: Happening["kind"], stage: Partial<Stage> = {}, ways: Partial<Ways> = {}): string[] =>
  signals(what({ kind, mine: true }), wishes, true, { ...elsewhere, ...stage }, { ...all, ...ways });

describe("o30 the signals", () => {
  it.each<[string, string[], string[]]>([
    ["of a message, behind another tab", given("customer"), ["toast", "title", "sound", "desktop"]],
    ["of a call have a sound of their own", given("mention"), ["toast", "title", "call_sound", "desktop"]],
    ["of being handed one as well", given("handed"), ["toast", "title", "call_sound", "desktop"]],
    ["none of the system's while the console is in front", given("customer", { focused: true, hidden: false }), ["toast", "sound"]],
    ["no sound of a tab that does not speak", given("customer", { leads: false }), ["toast", "title"]],
    ["nothing of what is being looked at", given("customer", { here: true, anywhere: true, focused: true, hidden: false }), []],
    ["no sound of what another tab shows", given("customer", { anywhere: true, focused: true, hidden: false }), ["toast"]],
    ["r32 no sound of messages, and still of calls", [...given("customer", {}, { sound: false }), "/", ...given("handed", {}, { sound: false })], ["toast", "title", "desktop", "/", "toast", "title", "call_sound", "desktop"]],
    ["r33 no sound of calls, and still of messages", [...given("customer", {}, { call_sound: false }), "/", ...given("handed", {}, { call_sound: false })], ["toast", "title", "sound", "desktop", "/", "toast", "title", "desktop"]],
    ["each switched off alone", given("customer", {}, { toasts: false, title_flash: false, desktop: false }), ["sound"]],
  ])("%s", (_says, found, wanted) => {
    expect(found).toEqual(wanted);
  });

  it("are none of what nobody is told of", () => {
    expect(signals(what({ kind: "customer" }), wishes, true, elsewhere, all)).toEqual([]);
  });
});
