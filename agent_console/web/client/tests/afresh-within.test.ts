/** Told to load all again, a console does it at a moment of its own. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { connect, disconnect } from "../src/store/live.ts";
import { adopt } from "../src/store/session.ts";
import { Line, told } from "./line.ts";
import { session } from "./samples.ts";

let asked: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  vi.stubGlobal("WebSocket", Line);
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    throw new TypeError("Failed to fetch");
  });
  adopt(session());
  connect(() => expect.unreachable());
  told({ type: "hello", cursor: "e-1", server_time: 1 });
  asked = [];
});

afterEach(() => {
  disconnect();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it("loads afresh somewhere within the time that it is given", async () => {
  told({ type: "reset", of: "configuration", within: 10_000 });
  await vi.advanceTimersByTimeAsync(4_900);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(asked).toEqual(["/api/session"]);
});

it("loads at once where it is not known what was missed", async () => {
  told({ type: "reset" });
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toEqual(["/api/session"]);
});

it("loads once, in its last turn, for two configurations", async () => {
  told({ type: "reset", of: "configuration", within: 1_000 });
  told({ type: "reset", of: "configuration", within: 2_000 });
  await vi.advanceTimersByTimeAsync(1_100);
  expect(asked).toEqual(["/api/session"]);
});

it("loads nothing after it has been signed out", async () => {
  told({ type: "reset", of: "configuration", within: 10_000 });
  disconnect();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual([]);
});
