import { fireEvent, screen } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as server from "../src/api/endpoints.ts";
import type { Row, Session } from "../src/api/types.ts";
import { StatusChip } from "../src/components/status.tsx";
import { StatusDialog } from "../src/components/status-dialog.tsx";
import { WaitChip } from "../src/components/wait-chip.tsx";
import { speak } from "../src/i18n/index.ts";
import { now } from "../src/store/clock.ts";
import { applyRows, forgetEverything } from "../src/store/desk.ts";

import { newsOf } from "../src/store/news.ts";
import { passes } from "../src/store/order.ts";
import { adopt } from "../src/store/session.ts";
import { chooseStatus } from "../src/store/statusing.ts";
import { dialog } from "../src/store/ui.ts";
import { eventLine } from "../src/store/words.ts";
import { changes, conversation, message, row, session, T0 } from "./samples.ts";
import { show } from "./show.ts";

const STATUSES: Session["statuses"] = [
  { id: "active", kind: "open", label: "Active", color: "#2563eb" },
  { id: "hold", kind: "open", label: { en: "On hold", uk: "Чекаємо" }, color: "#d97706" },
  { id: "spam", kind: "closed", label: "Spam", color: "#b91c1c" },
  { id: "old", kind: "open", label: "An old one", color: "#777777", retired: true },
];

function enter(part: Partial<Session["settings"]> = {}, statuses = STATUSES): void {
  const base = session();
  adopt(session({ statuses, settings: { ...base.settings, automations: [{ id: "remind", label: { en: "Reminder", uk: "Нагадування" } }], ...part } }));
}

beforeEach(() => enter());
afterEach(() => {
  forgetEverything();
  dialog.value = null;
  vi.restoreAllMocks();
});

const can = { can: ["set_status" as const] };
const keep = (one: Row): Row => {
  applyRows([one], 1);
  return one;
};

describe("A row", () => {
  it.each([
    [{ id: 1 }, "Active"],
    [{ id: 1, status: "hold" }, "On hold"],
    [{ id: 1, state: "closed" as const, status: "spam" }, "Spam"],
    [{ id: 1, status: "old" }, "An old one"],
    [{ id: 1, status: "gone" }, "gone"],
  ])("R23 shows its status (%o)", (part, label) => {
    show(<StatusChip row={row(part)} />);
    expect(screen.getByText(label)).toBeTruthy();
  });

  it("shows none where it is closed without one, and where the YAML has none", () => {
    expect(show(<StatusChip row={row({ id: 1, state: "closed" })} />).textContent).toBe("");

    enter({}, []);
    expect(show(<StatusChip row={row({ id: 1 })} />).textContent).toBe("");
  });

  it.each([
    [{ id: 1 }, "active", true],
    [{ id: 1 }, "hold", false],
    [{ id: 1, state: "closed" as const }, "active", false],
    [{ id: 1, state: "closed" as const, status: "spam" }, "spam", true],
  ])("S31 is found by its status (%o, %s)", (part, has_status, found) => {
    expect(passes(row(part), { has_status }, new Set())).toBe(found);
  });
});

describe("The dialog", () => {
  it("offers what can be given, says what it does, and gives what is chosen", () => {
    const put = vi.spyOn(server, "putStatus").mockResolvedValue({ row: row({ id: 7, status: "hold" }), cursor: "e-1" });
    keep(row({ id: 7 }, can));
    show(<StatusDialog conversation={7} />);
    expect(screen.getAllByRole("option").map((one) => one.textContent)).toEqual(["Active", "On hold", "Spamcloses"]);
    expect(screen.getByRole("option", { selected: true }).textContent).toBe("Active");
    fireEvent.click(screen.getByText("On hold"));
    expect(put).toHaveBeenCalledWith(7, "hold");
  });

  it("asks for a topic first where closing needs one", async () => {
    enter({ topic_required_to_close: true });
    const put = vi.spyOn(server, "putStatus");
    keep(row({ id: 7 }, can));
    await chooseStatus(7, "spam");
    expect(dialog.value).toEqual({ kind: "topics", conversation: 7, then: "stay", status: "spam" });
    expect(put).not.toHaveBeenCalled();
  });
});

it("A wait that stands still says how long it has been, and is no longer counted", () => {
  show(<WaitChip of={conversation({ id: 1, waiting_since: T0, paused_at: T0 + 65_000 })} />);
  expect(document.querySelector("[data-wait]")?.getAttribute("data-wait")).toBe("paused");
  expect(screen.getByText("Time stands still; has waited for 1:05")).toBeTruthy();
});

it("A wait stands still outside of the team's hours, and runs again within them", () => {
  const wait_hours = { since: 0, until: T0 + 900_000, spans: { day: [[T0, T0 + 60_000], [T0 + 600_000, T0 + 900_000]] as [number, number][] }, teams: { sales: "day" }, inboxes: {} };
  enter({ wait_hours });
  const of = conversation({ id: 1, team: "sales", waiting_since: T0 + 30_000 });
  const shown = (at: number): [string | undefined, string | undefined] => {
    now.value = at;
    show(<WaitChip of={of} />);
    const chip = [...document.querySelectorAll<HTMLElement>("[data-wait]")].at(-1);
    return [chip?.dataset["wait"], chip?.querySelector("[aria-hidden]:not(svg)")?.textContent?.trim()];
  };
  expect(shown(T0 + 50_000)).toEqual(["ok", "0:20"]);
  expect(shown(T0 + 300_000)).toEqual(["paused", "0:30"]);
  expect(shown(T0 + 660_000)).toEqual(["soon", "1:30"]);
});

const line = (verb: string, data: Record<string, unknown>): string => eventLine({ verb, data }, "Олена");

describe("The thread says", () => {
  it("what an automation did and what could not be done", () => {
    const did = [{ do: "tag", tag: "vip" }, { do: "send", message_id: 3 }];
    expect(line("automated", { automation: "remind", did })).toBe("Automation “Reminder”: tag and message to the customer");
    expect(line("automated", { automation: "gone", did, failed: ["block"] })).toBe("Automation “gone”: tag and message to the customer. Could not be done: block");
    expect(line("automated", { status: "spam", did: [], failed: ["block"] })).toBe("Status “Spam”. Could not be done: block");
  });

  it("that one rests, and whom one has told", () => {
    expect(line("automation_rests", { automation: "remind", why: "depth" })).toContain("too many have followed");
    expect(line("notified", { agents: ["anna", "lucia"], text: { en: "Look!" } })).toBe("Notified: You and Lucía. Look!");
  });

  it("what came of itself", () => {
    expect(line("tagged", { tag: "vip" })).toBe("The client was automatically given the tag VIP");
    expect(line("topic_added", { topic: "prices" })).toBe("The topic Prices was set automatically");
    expect(line("status_changed", { status: "hold" })).toBe("New status: On hold");
    expect(line("closed", { reason: "automation" })).toBe("Closed automatically");
    expect(line("blocked", { scope: "contact", reason: "spam" })).toContain("blocked automatically");
  });

  it("it in the agent's language", async () => {
    await speak("uk");
    expect(line("status_changed", { by: "anna", status: "hold" })).toBe("Ви змінили статус: Чекаємо");
    expect(line("automated", { automation: "remind", did: [{ do: "note" }] })).toBe("Автоматизація «Нагадування»: нотатка");
    await speak("en");
  });
});

it("O28 what an automation has an agent told is news to them, and to nobody else", () => {
  const told = message({ id: 9, kind: "activity", activity: { verb: "notified", data: { agents: ["anna"], text: "Look!" } } });
  const frame = changes({ rows: [row({ id: 1, assignee: "lucia" })], messages: [told] });
  const known = (): undefined => undefined;
  expect(newsOf(frame, known, 0, "anna")).toHaveLength(1);
  expect(newsOf(frame, known, 0, "olena")).toHaveLength(0);
  expect(newsOf(frame, known, 9, "anna")).toHaveLength(0);
});
