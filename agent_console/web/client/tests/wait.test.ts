import { describe, expect, it } from "vitest";
import { counted, hoursOf, isClosed, waitOf } from "../src/store/wait.ts";

const MAX = 180_000;
const stateAt = (part: number): string | undefined => waitOf(part * MAX, MAX).state;

describe("r22 the wait timer", () => {
  it.each([
    [0, "ok"],
    [0.4999, "ok"],
    [0.5, "soon"],
    [0.7999, "soon"],
    [0.8, "late"],
    [0.9999, "late"],
    [1, "over"],
    [5, "over"],
  ])("at %d of the limit is %s", (part, state) => {
    expect(stateAt(part)).toBe(state);
  });

  it("says by how much the limit was passed", () => {
    expect(waitOf(222_000, MAX)).toEqual({ state: "over", elapsed: 222_000, over: 42_000 });
  });

  it("is only a time where no limit is set", () => {
    expect(waitOf(999_000, null).state).toBe("plain");
  });

  it("never counts backwards when the clocks disagree", () => {
    expect(counted(5_000, 1_000, null)).toBe(0);
  });
});

describe("r22 outside of hours a wait stands still", () => {
  const days: [number, number][] = [
    [1_000, 2_000],
    [5_000, 6_000],
  ];
  const known = { since: 0, until: 9_000, spans: { day: days, never: [] }, teams: { sales: "day", night: "never" }, inboxes: { site: "never", shop: "gone" } };

  it("counts what is open of it, and nothing else", () => {
    expect(counted(1_500, 5_250, days)).toBe(750);
    expect(counted(2_500, 4_000, days)).toBe(0);
    expect(counted(1_500, 5_250, null)).toBe(3_750);
    expect(counted(5_500, 5_250, days)).toBe(0);
  });

  it("knows the moment of opening, and that of closing", () => {
    expect([999, 1_000, 1_999, 2_000].map((at) => isClosed(at, days))).toEqual([true, false, false, true]);
    expect(isClosed(3_000, null)).toBe(false);
  });

  it("goes by the hours of the team, and else of the inbox", () => {
    expect(hoursOf({ team: "sales", inbox: "site" }, known)).toBe(days);
    expect(hoursOf({ team: "support", inbox: "site" }, known)).toEqual([]);
    expect(hoursOf({ inbox: "blog" }, known)).toBeNull();
    expect(hoursOf({ inbox: "shop" }, known)).toBeNull();
    expect(hoursOf({ team: "sales", inbox: "site" }, null)).toBeNull();
  });
});
