import { beforeEach, describe, expect, it } from "vitest";
import type { Caps, Mark, Message, Row, Verb } from "../src/api/types.ts";
import { mayDelete, mayEdit } from "../src/store/changeable.ts";
import { adopt } from "../src/store/session.ts";
import { caps, message, own, row, session, T0 } from "./samples.ts";

const ALL: Verb[] = ["reply", "note", "edit_message", "delete_message"];
const mine = (can: Verb[] = ALL): Row => row({ id: 1, assignee: "anna" }, { mine: true, can });
const note = (part: Partial<Message> = {}): Message => own({ id: 6, kind: "note", mark: undefined as never, ...part });
const colleagues = own({ id: 7, author: { kind: "agent", id: "lucia" } });

function networkCan(part: Partial<Caps>): void {
  adopt(session({ inboxes: [{ id: "site", kind: "widget", name: "Website", starts_by_link: false, capabilities: caps(part) }] }));
}

beforeEach(() => networkCan({ edits: true, deletes: true }));

describe("which messages may be changed", () => {
  it("J34 one's own messages and notes, never a customer's or a colleague's", () => {
    for (const one of [own({ id: 5 }), note()]) expect([mayEdit(mine(), one), mayDelete(mine(), one)]).toEqual([true, true]);
    for (const one of [message({ id: 4 }), colleagues]) expect([mayEdit(mine(), one), mayDelete(mine(), one)]).toEqual([false, false]);
  });

  it("S19 what the network cannot do is not offered, and no network has to do with a note", () => {
    networkCan({ edits: true });
    expect([mayEdit(mine(), own({ id: 5 })), mayDelete(mine(), own({ id: 5 }))]).toEqual([true, false]);
    networkCan({ deletes: true });
    expect([mayEdit(mine(), own({ id: 5 })), mayDelete(mine(), own({ id: 5 }))]).toEqual([false, true]);
    networkCan({});
    expect([mayEdit(mine(), note()), mayDelete(mine(), note())]).toEqual([true, true]);
  });

  it("an inbox that is configured no more can do nothing", () => {
    adopt(session({ inboxes: [] }));
    expect([mayEdit(mine(), own({ id: 5 })), mayDelete(mine(), own({ id: 5 }))]).toEqual([false, false]);
  });

  it("J28 J29 what the YAML forbids is offered for no message", () => {
    for (const one of [own({ id: 5 }), note()]) {
      expect(mayEdit(mine(["reply", "note", "delete_message"]), one)).toBe(false);
      expect(mayDelete(mine(["reply", "note", "edit_message"]), one)).toBe(false);
    }
  });

  it("a message only where one may still answer, a note where one may leave another", () => {
    const taken = row({ id: 1, assignee: "lucia" }, { can: ["note", "edit_message", "delete_message"] });
    expect([mayEdit(taken, own({ id: 5 })), mayDelete(taken, own({ id: 5 }))]).toEqual([false, false]);
    expect([mayEdit(taken, note()), mayDelete(taken, note())]).toEqual([true, true]);
  });

  it("J34 a supervisor takes back anybody's, and edits nobody's", () => {
    const can: Verb[] = ["note", "edit_message", "delete_message", "delete_any_message"];
    const taken = row({ id: 1, assignee: "lucia" }, { can });
    expect([mayEdit(taken, colleagues), mayDelete(taken, colleagues)]).toEqual([false, true]);
    expect(mayDelete(taken, message({ id: 4 }))).toBe(false);
  });

  it.each<[Partial<Mark>, boolean]>([
    [{ state: "queued" }, false],
    [{ state: "sending" }, false],
    [{ state: "failed" }, false],
    [{ state: "uncertain" }, false],
    [{ state: "sent" }, true],
    [{ state: "delivered" }, true],
    [{ state: "queued", of: "edit" }, true],
    [{ state: "failed", of: "edit" }, true],
  ])("with the mark %j it can be edited: %s", (mark, expected) => {
    expect(mayEdit(mine(), own({ id: 5, mark: { state: "sent", at: T0, ...mark } }))).toBe(expected);
  });

  it("what is taken back is changed no more", () => {
    expect([mayEdit(mine(), own({ id: 5, deleted: true })), mayDelete(mine(), own({ id: 5, deleted: true }))]).toEqual([false, false]);
  });
});
