import { describe, expect, it } from "vitest";
import type { Mark, MarkState } from "../src/api/types.ts";
import { stillOnItsWay, vouchedState } from "../src/store/mark.ts";

const mark = (state: MarkState): Mark => ({ state, at: 0 });
const telling = { reports_delivered: true, reports_read: true };
const silent = { reports_delivered: false, reports_read: false };
const deliveredOnly = { reports_delivered: true, reports_read: false };

describe("s51 a channel's marks", () => {
  it("shows no tick that the channel cannot report", () => {
    expect(vouchedState(mark("read"), silent)).toBe("sent");
    expect(vouchedState(mark("delivered"), silent)).toBe("sent");
    expect(vouchedState(mark("read"), deliveredOnly)).toBe("delivered");
    expect(vouchedState(mark("read"), undefined)).toBe("sent");
  });

  it("leaves what the channel has reported, and every end, as it is", () => {
    for (const state of ["queued", "sending", "sent", "delivered", "read", "failed", "uncertain"] as const)
      expect(vouchedState(mark(state), telling)).toBe(state);
    for (const state of ["failed", "uncertain"] as const) expect(vouchedState(mark(state), silent)).toBe(state);
  });

  it("s46 s47 keeps the clock until delivery where the channel tells of it, and ticks at once where it does not", () => {
    expect(stillOnItsWay("sent", telling)).toBe(true);
    expect(stillOnItsWay("delivered", telling)).toBe(false);
    expect(stillOnItsWay("sent", silent)).toBe(false);
    expect(stillOnItsWay("queued", silent)).toBe(true);
  });
});
