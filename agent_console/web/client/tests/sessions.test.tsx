import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { act } from "preact/test-utils";
import { OwnSessions } from "../src/components/session-list.tsx";
import { SignedIn } from "../src/pages/desk-sessions.tsx";
import { adopt } from "../src/store/session.ts";
import type { OpenSession } from "../src/api/types.ts";
import { session } from "./samples.ts";
import { press, show } from "./show.ts";

const here: OpenSession = { id: 1, agent: "anna", created_at: 0, used_at: 3_600_000, address: "127.0.0.1", browser: "Firefox 145", system: "Windows 10", current: true };
const phone: OpenSession = { ...here, id: 2, browser: null, system: null, current: false };
const pavels: OpenSession = { ...here, id: 3, agent: "pavel", current: false };

const settled = (): Promise<void> => act(() => new Promise<void>((then) => setTimeout(then, 10)));
const rows = (): (string | null)[] => [...document.querySelectorAll(".setting > span > span")].map((one) => one.textContent);
let asked: string[] = [];

/** A server that has these sessions until they are ended. */
function having(kept: OpenSession[]): void {
  asked = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    if (init.method !== "DELETE") return new Response(JSON.stringify(kept));
    asked.push(path);
    kept = kept.filter((one) => one.current || !(path.endsWith("sessions") || path.endsWith(`/${one.id}`)));
    return new Response(null, { status: 204 });
  });
}

beforeEach(() => adopt(session()));
afterEach(() => vi.unstubAllGlobals());

describe("where an agent is signed in", () => {
  it("is told by browser, address and times, this one marked and without an end", async () => {
    having([here, phone]);
    const page = show(<OwnSessions />);
    await settled();
    expect(rows()).toEqual(["Firefox 145 · Windows 10", "an unknown browser"]);
    const [first, second] = page.querySelectorAll(".setting");
    expect(first!.textContent).toContain("(this browser)");
    expect(first!.textContent).toContain("from 127.0.0.1");
    expect([first, second].map((one) => one!.querySelectorAll(".btn").length)).toEqual([0, 1]);
  });

  it("is ended one by one, or everywhere else, and the list says what is left", async () => {
    having([here, phone, { ...phone, id: 4 }]);
    const page = show(<OwnSessions />);
    await settled();
    press(page.querySelector("[data-session='2'] .btn"));
    await settled();
    expect(rows()).toHaveLength(2);
    press(page.querySelector(".group-button"));
    await settled();
    expect(asked).toEqual(["/api/me/sessions/2", "/api/me/sessions"]);
    expect(page.textContent).toContain("You are signed in here alone.");
  });
});

describe("who is signed in, for an owner", () => {
  it("is everybody, by agent, each with an end", async () => {
    having([here, pavels, { ...pavels, id: 5 }]);
    const page = show(<SignedIn />);
    await settled();
    expect([...page.querySelectorAll("legend")].map((one) => one.textContent)).toHaveLength(2);
    expect(page.querySelectorAll(".group-button")).toHaveLength(1);
    press(page.querySelector("[data-session='3'] .btn"));
    await settled();
    expect(asked).toEqual(["/api/sessions/3"]);
  });
});
