import { describe, expect, it } from "vitest";
import { period } from "../src/store/history.ts";

describe("r47 the period of a history", () => {
  it("holds both of its days whole", () => {
    const { since, until } = period("2026-03-01", "2026-03-02");
    expect(since).toBe(new Date(2026, 2, 1).getTime());
    expect(until).toBe(new Date(2026, 2, 3).getTime());
  });

  it("has no end where no day is chosen", () => {
    expect(period("", "")).toEqual({});
    expect(period("2026-03-01", "")).toEqual({ since: new Date(2026, 2, 1).getTime() });
  });
});
