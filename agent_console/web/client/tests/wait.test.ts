import { describe, expect, it } from "vitest";
import { waitOf } from "../src/store/wait.ts";

const MAX = 180_000;
const stateAt = (part: number): string | undefined => waitOf(1_000, MAX, 1_000 + part * MAX)?.state;

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
    expect(waitOf(0, MAX, 222_000)).toEqual({ state: "over", elapsed: 222_000, over: 42_000 });
  });

  it("goes away when the customer has been answered", () => {
    expect(waitOf(null, MAX, 99_999)).toBeNull();
  });

  it("is only a time where no limit is set", () => {
    expect(waitOf(0, null, 999_000)?.state).toBe("plain");
  });

  it("never counts backwards when the clocks disagree", () => {
    expect(waitOf(5_000, MAX, 1_000)?.elapsed).toBe(0);
  });
});
