import { describe, expect, it } from "vitest";
import { fitting } from "../src/components/fitting.ts";

const MORE = 70;

describe("tabs on one line", () => {
  it("are all shown where they have room", () => {
    expect(fitting([100, 80, 60], 240, 0, MORE)).toBe(3);
  });

  it("leave room for the button that holds the others", () => {
    expect(fitting([100, 80, 60], 239, 0, MORE)).toBe(1);
    expect(fitting([100, 40, 60, 60], 239, 0, MORE)).toBe(2);
  });

  it("leave as much as the words of the one that is open among the others need", () => {
    expect(fitting([60, 60, 60, 120], 210, 0, MORE)).toBe(2);
    expect(fitting([60, 60, 60, 120], 210, 3, MORE)).toBe(1);
  });

  it("are all behind the button where not even the first stands beside it", () => {
    expect(fitting([100, 80], 120, 1, MORE)).toBe(0);
  });
});
