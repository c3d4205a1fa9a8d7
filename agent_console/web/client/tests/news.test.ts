import { describe, expect, it } from "vitest";
import { looksAt, newsOf } from "../src/store/news.ts";
import { changes, message, row } from "./samples.ts";
import type { Row } from "../src/api/types.ts";

const frame = (of: Row, part: Parameters<typeof message>[0] = { id: 10 }) => changes({ rows: [of], messages: [message(part)] });
const kinds = (of: Row, part?: Parameters<typeof message>[0], after = 0): string[] => newsOf(frame(of, part), () => undefined, after, "anna").map((one) => one.kind);
const by = (id: string) => ({ kind: "agent" as const, id });

describe("news is", () => {
  it("what a customer wrote in an open conversation, whoever has it", () => {
    expect(kinds(row({ id: 1 }))).toEqual(["customer"]);
    expect(kinds(row({ id: 1, assignee: "lucia" }))).toEqual(["customer"]);
    expect(kinds(row({ id: 1, state: "closed" }))).toEqual([]);
  });

  it("what a colleague answered or noted, and not what I did or the program", () => {
    expect(kinds(row({ id: 1 }), { id: 10, kind: "outgoing", author: by("lucia") })).toEqual(["colleague"]);
    expect(kinds(row({ id: 1 }), { id: 10, kind: "note", author: by("lucia") })).toEqual(["note"]);
    expect(kinds(row({ id: 1 }), { id: 10, kind: "outgoing", author: by("anna") })).toEqual([]);
    expect(kinds(row({ id: 1 }), { id: 10, kind: "outgoing", author: { kind: "system" } })).toEqual([]);
  });

  it("a note that calls me, apart from other notes", () => {
    expect(kinds(row({ id: 1 }), { id: 10, kind: "note", author: by("lucia"), mentions: ["olena", "anna"] })).toEqual(["mention"]);
    expect(kinds(row({ id: 1 }), { id: 10, kind: "note", author: by("lucia"), mentions: ["olena"] })).toEqual(["note"]);
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ["assigned", { to: "anna", by: "lucia" }, ["handed"]],
    ["assigned", { to: "anna", rule: 2 }, ["handed"]],
    ["assigned", { to: "anna", by: "anna" }, []],
    ["assigned", { to: "lucia", by: "olena" }, []],
    ["participant_added", { agent: "anna", by: "lucia" }, ["handed"]],
    ["taken", { by: "lucia" }, []],
    ["unsnoozed", { reason: "time", to: "anna" }, ["handed"]],
    ["unsnoozed", { reason: "time", to: "lucia" }, []],
    ["unsnoozed", { reason: "customer", to: "anna" }, []],
    ["unsnoozed", { by: "lucia", to: "anna" }, []],
  ])("of what happened, only what comes to me: %s %o", (verb, data, wanted) => {
    expect(kinds(row({ id: 1 }), { id: 10, kind: "activity", author: { kind: "system" }, activity: { verb, data } })).toEqual(wanted);
  });

  it("not an edit of a message that was there before", () => {
    expect(kinds(row({ id: 1 }), { id: 10 }, 10)).toEqual([]);
  });

  it("not what I have read on another screen already", () => {
    expect(kinds(row({ id: 1 }, { mark: { seen: 1, message_id: 10 } }))).toEqual([]);
  });

  it("told of with the row that is known when the frame has none", () => {
    expect(newsOf(changes({ messages: [message({ id: 10 })] }), () => row({ id: 1 }), 0, "anna")).toHaveLength(1);
  });
});

describe("d09 a conversation is being looked at", () => {
  it("only when it is open in a window that has the focus", () => {
    expect(looksAt({ open: 1, chat: null, focused: true }, 1)).toBe(true);
    expect(looksAt({ open: 1, chat: null, focused: false }, 1)).toBe(false);
    expect(looksAt({ open: 2, chat: null, focused: true }, 1)).toBe(false);
    expect(looksAt({ open: null, chat: null, focused: true }, 1)).toBe(false);
  });
});
