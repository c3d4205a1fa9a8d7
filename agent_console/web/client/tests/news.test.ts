import { describe, expect, it } from "vitest";
import { looksAt, newsOf } from "../src/store/news.ts";
import { changes, message, row } from "./samples.ts";
import type { Row } from "../src/api/types.ts";

const frame = (of: Row, part: Parameters<typeof message>[0] = { id: 10 }) => changes({ rows: [of], messages: [message(part)] });
const count = (of: Row, part?: Parameters<typeof message>[0], after = 0): number => newsOf(frame(of, part), () => undefined, after).length;

describe("d10 news is", () => {
  it("a message in a conversation that nobody has taken", () => {
    expect(count(row({ id: 1 }))).toBe(1);
  });

  it("a message in my own, or where I take part", () => {
    expect(count(row({ id: 1, assignee: "anna" }, { mine: true }))).toBe(1);
  });

  it("not a message in a colleague's conversation", () => {
    expect(count(row({ id: 1, assignee: "lucia" }))).toBe(0);
  });

  it("not what an agent wrote, nor a note, nor an event", () => {
    for (const kind of ["outgoing", "note", "activity"] as const) expect(count(row({ id: 1 }), { id: 10, kind })).toBe(0);
  });

  it("not an edit of a message that was there before", () => {
    expect(count(row({ id: 1 }), { id: 10 }, 10)).toBe(0);
  });

  it("not what I have read on another screen already", () => {
    expect(count(row({ id: 1 }, { mark: { seen: 1, message_id: 10 } }))).toBe(0);
  });

  it("told of with the row that is known when the frame has none", () => {
    expect(newsOf(changes({ messages: [message({ id: 10 })] }), () => row({ id: 1 }), 0)).toHaveLength(1);
  });
});

describe("d09 a conversation is being looked at", () => {
  it("only when it is open in a window that has the focus", () => {
    expect(looksAt({ open: 1, focused: true }, 1)).toBe(true);
    expect(looksAt({ open: 1, focused: false }, 1)).toBe(false);
    expect(looksAt({ open: 2, focused: true }, 1)).toBe(false);
    expect(looksAt({ open: null, focused: true }, 1)).toBe(false);
  });
});
