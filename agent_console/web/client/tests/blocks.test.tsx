import { beforeEach, describe, expect, it, vi } from "vitest";
import { act } from "preact/test-utils";
import { BlockDialog, UnblockDialog } from "../src/components/block-dialog.tsx";
import { Composer } from "../src/components/composer.tsx";
import { moreItems } from "../src/components/conversation-header.tsx";
import { isItem } from "../src/components/menu.tsx";
import { PersonBlocks } from "../src/components/panel-blocks.tsx";
import type { Block, Contact, PastBlock, Verb } from "../src/api/types.ts";
import { termText } from "../src/store/block-words.ts";
import { serverNow } from "../src/store/clock.ts";
import { applyRows } from "../src/store/desk.ts";
import { nextStamp } from "../src/store/fresh.ts";
import { lockOf } from "../src/store/lock.ts";
import { adopt } from "../src/store/session.ts";
import { dialog, writing } from "../src/store/ui.ts";
import { eventLine } from "../src/store/words.ts";
import { row, session, T0 } from "./samples.ts";
import { press, show } from "./show.ts";

const HOUR = 3_600_000;
const block: Block = { id: 3, scope: "identity", until: null, reason: "Погрози 😡", by: "lucia", at: T0 };
const blocked = (can: Verb[]) => row({ id: 1, blocked: true, block }, { can: ["note", ...can] });

let asked: { path: string; body: unknown }[];

beforeEach(() => {
  localStorage.clear();
  adopt(session());
  writing.value = "reply";
  asked = [];
  HTMLDialogElement.prototype.showModal ??= () => undefined;
  HTMLDialogElement.prototype.close ??= () => undefined;
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    asked.push({ path, body: JSON.parse(String(init.body)) as unknown });
    return Promise.resolve(Response.json({ row: blocked(["unblock"]), cursor: "e-2" }));
  });
});

const button = (place: ParentNode, name: string): HTMLButtonElement | undefined =>
  [...place.querySelectorAll("button")].find((one) => one.textContent?.trim() === name);

function fill(field: HTMLTextAreaElement | HTMLInputElement, value: string): void {
  act(() => {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function choose(place: ParentNode, name: string): void {
  const label = [...place.querySelectorAll<HTMLLabelElement>(".block-ends label")].find((one) => one.textContent?.trim() === name);
  act(() => label!.querySelector("input")!.click());
}

function opened(): HTMLElement {
  applyRows([row({ id: 1 }, { can: ["block"] })], nextStamp());
  return show(<BlockDialog conversation={1} />);
}

describe("the dialog that blocks", () => {
  it("R58 R59 is sent only with an end and a reason", () => {
    const place = opened();
    const send = button(place, "Block")!;
    expect(send.disabled).toBe(true);
    choose(place, "1 hour");
    expect(send.disabled).toBe(true);
    fill(place.querySelector("textarea")!, "  ");
    expect(send.disabled).toBe(true);
    fill(place.querySelector("textarea")!, "Погрози");
    expect(send.disabled).toBe(false);
    choose(place, "Until a date…");
    expect(send.disabled).toBe(true);
  });

  it("D24 R57 asks the server for the person, an hour from its own clock", async () => {
    const place = opened();
    choose(place, "1 hour");
    fill(place.querySelector("textarea")!, "Погрози");
    const scope = place.querySelector("select")!;
    act(() => {
      scope.value = "contact";
      scope.dispatchEvent(new Event("change", { bubbles: true }));
    });
    await act(async () => place.querySelector("form")!.requestSubmit());
    const [{ path, body }] = asked as [{ path: string; body: { until: number } }];
    expect(path).toBe("/api/conversations/1/block");
    expect(body).toMatchObject({ scope: "contact", reason: "Погрози" });
    expect(Math.abs(body.until - serverNow() - HOUR)).toBeLessThan(5_000);
  });

  it("D24 for ever is no end, and not offered where the YAML wants one", async () => {
    const place = opened();
    choose(place, "For ever");
    fill(place.querySelector("textarea")!, "Погрози");
    await act(async () => place.querySelector("form")!.requestSubmit());
    expect(asked[0]!.body).toMatchObject({ until: null });
    const sample = session();
    adopt({ ...sample, settings: { ...sample.settings, block: { choices: [HOUR], require_end: true } } });
    expect(opened().textContent).not.toContain("For ever");
  });

  it.each([
    [HOUR, "1 hour"],
    [24 * HOUR, "1 day"],
    [30 * 24 * HOUR, "30 days"],
    [90 * 60_000, "90 minutes"],
  ])("names %d ms", (ms, words) => expect(termText(ms)).toBe(words));
});

describe("a blocked customer", () => {
  it("S11 cannot be answered: the box says until when, by whom and why", () => {
    expect(lockOf(blocked([]))).toBe("blocked");
    const place = show(<Composer row={blocked([])} />);
    expect(place.querySelector("textarea")).toBeNull();
    expect(place.textContent).toContain("Олена 1 is blocked here for ever. By: Lucía. Reason: Погрози 😡");
    expect(button(place, "Unblock…")).toBeUndefined();
  });

  it("can still be written a note about", () => {
    writing.value = "note";
    expect(show(<Composer row={blocked([])} />).querySelector("textarea")).not.toBeNull();
  });

  it("R60 is let in again after a question, by those who may", async () => {
    const place = show(<Composer row={blocked(["unblock"])} />);
    press(button(place, "Unblock…"));
    expect(dialog.value).toEqual({ kind: "unblock", conversation: 1 });
    applyRows([blocked(["unblock"])], nextStamp());
    const asks = show(<UnblockDialog conversation={1} />);
    expect(asked).toEqual([]);
    await act(async () => press(button(asks, "Unblock")));
    expect(asked.map((one) => one.path)).toEqual(["/api/conversations/1/unblock"]);
  });

  it("D25 J31 is blocked from the header by those who may", () => {
    const names = (can: Verb[]): string[] => moreItems(row({ id: 1 }, { can })).filter(isItem).map((one) => one.label);
    expect(names(["block"])).toContain("Block…");
    expect(names([])).not.toContain("Block…");
  });

  it("J21 is blocked from the panel, which tells of earlier blocks and what was not taken", () => {
    const past: PastBlock = { ...block, until: T0 + HOUR, refused: 3, ended_at: T0 + 60_000, lifted_by: "anna" };
    const contact: Contact = { id: 1, name: "Олена", email: null, phone: null, language: null, created_at: T0, attributes: {}, identities: [], joins: [], blocks: [past] };
    const place = show(<PersonBlocks row={row({ id: 1 }, { can: ["block"] })} detail={{ contact, visit: null, stamp: 0 }} />);
    for (const words of ["Погрози 😡", "By: Lucía", "3 messages not taken", ": You"]) expect(place.textContent).toContain(words);
    press(button(place, "Block…"));
    expect(dialog.value).toEqual({ kind: "block", conversation: 1 });
  });

  it("R59 is told of in the thread, with the reason", () => {
    const told = (verb: string, data: Record<string, unknown>): string => eventLine({ verb, data }, "Олена");
    expect(told("blocked", { by: "lucia", scope: "contact", reason: "Спам" })).toBe("Lucía blocked this person for ever. Reason: Спам");
    expect(told("blocked", { by: "anna", scope: "identity", until: T0, reason: "Спам" })).toMatch(/^You blocked this account until .*Reason: Спам$/);
    expect(told("unblocked", { by: "anna" })).toBe("You unblocked the customer");
    expect(told("block_ended", {})).toContain("The block has ended");
  });
});
