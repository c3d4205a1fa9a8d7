import { describe, expect, it } from "vitest";
import type { Message } from "../src/api/types.ts";
import type { Unsent } from "../src/store/outbox.ts";
import { indexOfMessage, timeline, type Item } from "../src/store/timeline.ts";
import { message } from "./samples.ts";

const NOON = new Date(2026, 2, 12, 12).getTime();
const at = (minutes: number, part: Parameters<typeof message>[0]): Message => message({ ...part, at: NOON + minutes * 60_000 });
const draw = (messages: Message[], part: Partial<Parameters<typeof timeline>[0]> = {}): Item[] => timeline({ messages, pending: [], readUpTo: Infinity, complete: false, myId: "anna", ...part });
const shape = (items: Item[]): string[] => items.map((item) => ("first" in item && item.first ? `${item.kind}*` : item.kind));

describe("a thread's items", () => {
  it("stand in groups of one voice, until five minutes pass or somebody else speaks", () => {
    const items = draw([
      at(0, { id: 1 }),
      at(1, { id: 2 }),
      at(9, { id: 3 }),
      at(9, { id: 4, kind: "outgoing", author: { kind: "agent", id: "lucia" } }),
      at(9, { id: 5, kind: "outgoing", author: { kind: "agent", id: "anna" } }),
      at(9, { id: 6, kind: "note", author: { kind: "agent", id: "anna" } }),
    ]);
    expect(shape(items)).toEqual(["day", "message*", "message", "message*", "message*", "message*", "message*"]);
  });

  it("have a heading for each day", () => {
    expect(shape(draw([at(0, { id: 1 }), at(60 * 13, { id: 2 })]))).toEqual(["day", "message*", "day", "message*"]);
  });

  it("have one divider, above the first unread message of the customer", () => {
    const items = draw([at(0, { id: 1 }), at(1, { id: 2, kind: "outgoing", author: { kind: "agent" } }), at(2, { id: 3 }), at(3, { id: 4 })], { readUpTo: 1 });
    expect(shape(items)).toEqual(["day", "message*", "message*", "unread", "message*", "message"]);
  });

  it("s20 show events apart, and break a group there", () => {
    const items = draw([at(0, { id: 1 }), at(1, { id: 2, kind: "activity", activity: { verb: "taken", data: { by: "anna" } } }), at(2, { id: 3 })]);
    expect(shape(items)).toEqual(["day", "message*", "event", "message*"]);
  });

  it("end with what is still on its way", () => {
    const unsent: Unsent = { client_id: "c1", conversation_id: 1, kind: "reply", text: "Ок", attachments: [], reply_to: null, draft_revision: null, at: NOON + 60_000, refused: null };
    const sent = at(0, { id: 1, kind: "outgoing", author: { kind: "agent", id: "anna" } });
    expect(shape(draw([sent], { pending: [unsent], complete: true }))).toEqual(["start", "day", "message*", "pending"]);
  });

  it("keep an own message's key when it goes from pending to stored", () => {
    const stored = at(0, { id: 7, kind: "outgoing", client_id: "c1", author: { kind: "agent", id: "anna" } });
    expect(draw([stored]).at(-1)?.key).toBe("c1");
  });

  it("find a message by its id", () => {
    expect(indexOfMessage(draw([at(0, { id: 1 }), at(1, { id: 2 })]), 2)).toBe(2);
  });
});
