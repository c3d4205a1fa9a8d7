import { describe, expect, it } from "vitest";
import { layOut, type Bubble } from "../../src/frame/layout.ts";
import { message, NOON, outgoing } from "./make.ts";

const DAY = 86_400_000;
const own = (id: number, fields = {}) => message(id, { from: "visitor", client_id: `c${id}`, ...fields });
const bubbles = (...args: Parameters<typeof layOut>): Bubble[] =>
  layOut(...args).filter((line): line is Bubble => line.kind === "bubble");

describe("the log's lines", () => {
  it("separate days", () => {
    const lines = layOut([message(1), message(2, { at: NOON + DAY })], [], 0);
    expect(lines.map((line) => line.kind)).toEqual(["day", "bubble", "day", "bubble"]);
  });

  it("run one author's messages together and part them after a pause, an event or another author", () => {
    const lines = bubbles(
      [
        message(1),
        message(2),
        message(3, { at: NOON + 3_600_000 }),
        message(4, { from: "system", at: NOON + 3_600_001 }),
        message(5, { at: NOON + 3_600_002 }),
        own(6, { at: NOON + 3_600_003 }),
      ],
      [],
      0,
    );
    expect(lines.map(({ first, last }) => [first, last])).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [true, true],
      [true, true],
    ]);
  });

  it("s46: mark the visitor's messages as waiting, sent, read or failed", () => {
    const lines = bubbles([own(1), own(2)], [outgoing("q"), outgoing("f", { state: "failed" })], 1);
    expect(lines.map((line) => line.mark)).toEqual(["read", "sent", "queued", "failed"]);
  });

  it("sign a run at its end and wherever its mark changes", () => {
    const lines = bubbles([own(1), own(2), own(3)], [], 2);
    expect(lines.map((line) => line.signed)).toEqual([false, true, true]);
  });

  it("keep a message's key when it turns from waiting to stored, so that it is not drawn anew", () => {
    expect(bubbles([own(1)], [], 0)[0]!.key).toBe(bubbles([], [outgoing("c1")], 0)[0]!.key);
  });

  it("give agents' messages no mark", () => {
    expect(bubbles([message(1)], [], 9)[0]!.mark).toBeUndefined();
  });
});
