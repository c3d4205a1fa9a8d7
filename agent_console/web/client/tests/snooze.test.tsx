import { beforeEach, describe, expect, it, vi } from "vitest";
import { act } from "preact/test-utils";
import { SnoozeDialog } from "../src/components/snooze-dialog.tsx";
import { SnoozeChip, snoozeItems } from "../src/components/snooze.tsx";
import { COMMANDS } from "../src/keys/commands.ts";
import { BINDINGS } from "../src/keys/map.ts";
import { applyRows } from "../src/store/desk.ts";
import { nextStamp } from "../src/store/fresh.ts";
import { adopt } from "../src/store/session.ts";
import { dialog } from "../src/store/ui.ts";
import { eventLine } from "../src/store/words.ts";
import { row, session, T0 } from "./samples.ts";
import { show } from "./show.ts";

const HOUR = 3_600_000;
const CHOICES = { "1h": T0 + HOUR, "3h": T0 + 3 * HOUR, tomorrow: T0 + 24 * HOUR, next_week: T0 + 96 * HOUR };
let asked: { method: string; path: string; body?: unknown }[];

beforeEach(() => {
  localStorage.clear();
  adopt(session());
  asked = [];
  HTMLDialogElement.prototype.showModal ??= () => undefined;
  HTMLDialogElement.prototype.close ??= () => undefined;
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    const method = init.method ?? "GET";
    asked.push({ method, path, ...(init.body ? { body: JSON.parse(String(init.body)) as unknown } : {}) });
    if (method === "GET") return Promise.resolve(Response.json({ choices: CHOICES }));
    const until = (asked.at(-1)!.body as { until: number | string }).until;
    if (until === 1) return Promise.resolve(Response.json({ error: { code: "invalid", message: "x", fields: { until: "x" } } }, { status: 422 }));
    return Promise.resolve(Response.json({ row: row({ id: 1, snoozed_until: T0 + HOUR }), cursor: "e-2" }));
  });
});

async function opened(): Promise<HTMLElement> {
  applyRows([row({ id: 1 }, { can: ["snooze"] })], nextStamp());
  dialog.value = { kind: "snooze", conversation: 1 };
  const place = show(<SnoozeDialog conversation={1} />);
  await vi.waitFor(() => expect(place.querySelectorAll(".snooze-choices .meta").length).toBe(4));
  return place;
}

describe("the dialog that snoozes", () => {
  it("offers four times, each with what it comes to, and one press does it", async () => {
    const place = await opened();
    act(() => place.querySelector<HTMLButtonElement>("[data-until='tomorrow']")!.click());
    await vi.waitFor(() => expect(dialog.value).toBeNull());
    expect(asked.at(-1)).toEqual({ method: "PUT", path: "/api/conversations/1/snooze", body: { until: "tomorrow" } });
  });

  it("takes a time of one's own", async () => {
    const place = await opened();
    const field = place.querySelector<HTMLInputElement>("input[type='datetime-local']")!;
    act(() => {
      field.value = "2030-01-02T09:30";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    act(() => void place.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })));
    await vi.waitFor(() => expect(dialog.value).toBeNull());
    expect(asked.at(-1)!.body).toEqual({ until: new Date("2030-01-02T09:30").getTime() });
  });
});

describe("a snoozed conversation", () => {
  it("shows until when, and nothing where it is not", () => {
    expect(show(<SnoozeChip row={row({ id: 1 })} />).textContent).toBe("");
    const chip = show(<SnoozeChip row={row({ id: 1, snoozed_until: T0 })} />);
    expect(chip.textContent).toContain("Snoozed until");
  });

  it("is brought back from the menu, which offers only what is allowed", () => {
    const offered = (part: Parameters<typeof row>[0], can: "snooze"[]) => snoozeItems(row(part, { can })).flatMap((one) => (one ? [one.id] : []));
    expect(offered({ id: 1 }, [])).toEqual([]);
    expect(offered({ id: 1 }, ["snooze"])).toEqual(["snooze"]);
    expect(offered({ id: 1, snoozed_until: T0 }, ["snooze"])).toEqual(["snooze", "unsnooze"]);
  });

  it("is put off by Z", () => {
    expect(BINDINGS.find(({ id }) => id === "snooze")!.chords).toEqual([{ code: "KeyZ" }]);
    expect(COMMANDS.snooze.when()).toBe(false);
  });

  it.each([
    [{ verb: "unsnoozed", data: { reason: "time" } }, "The time has come: the conversation is back"],
    [{ verb: "unsnoozed", data: { reason: "customer" } }, "The customer wrote: the conversation is back"],
    [{ verb: "unsnoozed", data: { by: "anna" } }, "You brought the conversation back"],
    [{ verb: "unsnoozed", data: {} }, "The conversation is back"],
  ])("tells in the thread what became of it: %o", (happened, words) => {
    expect(eventLine(happened, "Олена")).toBe(words);
    expect(eventLine({ verb: "snoozed", data: { by: "anna", until: T0 } }, "Олена")).toContain("You snoozed the conversation until");
  });
});
