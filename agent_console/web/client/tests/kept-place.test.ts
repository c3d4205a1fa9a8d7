// @vitest-environment node
import { describe, expect, it } from "vitest";
import { movedBy } from "../src/components/kept-place.ts";

const ids = [10, 11, 12, 13, 14, 15, 16, 17];

describe("what is read of a list stays in its place", () => {
  it.each<[string, number[], number]>([
    ["others come above", [1, 2, ...ids], 2],
    ["others come below", [...ids, 1, 2], 0],
    ["others leave above", ids.slice(2), -2],
    ["one from above goes below", [11, 12, 13, 14, 15, 16, 10, 17], -1],
    ["one of what is shown goes to the top", [14, 10, 11, 12, 13, 15, 16, 17], 1],
    ["one comes in among them", [10, 11, 12, 1, 13, 14, 15, 16, 17], 1],
    ["all are turned round", ids.toReversed(), 0],
    ["others stand there", [1, 2, 3], 0],
  ])("where %s", (_, now, moved) => {
    expect(movedBy(ids.slice(2, 6), 2, now)).toBe(moved);
  });
});
