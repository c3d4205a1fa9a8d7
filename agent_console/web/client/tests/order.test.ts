import { describe, expect, it } from "vitest";
import type { ListQuery } from "../src/api/endpoints.ts";
import { select, sortKey, unread } from "../src/store/order.ts";
import { merge, type Known } from "../src/store/fresh.ts";
import type { Row } from "../src/api/types.ts";
import { row, T0 } from "./samples.ts";

const known = (...rows: Row[]): Known<Row> => merge(new Map(), rows, (one) => one.conversation.id, 1);
const ids = (rows: Row[]): number[] => rows.map((one) => one.conversation.id);
const query = (part: Partial<ListQuery>): ListQuery => ({ folder: "all", sort: "activity", ...part });

const untaken = row({ id: 1, last_at: T0 + 3 });
const mine = row({ id: 2, assignee: "anna", last_at: T0 + 2 }, { mine: true });
const colleagues = row({ id: 3, assignee: "lucia", last_at: T0 + 1 });
const joined = row({ id: 4, assignee: "lucia", participants: ["anna"], last_at: T0 }, { mine: true });
const closed = row({ id: 5, state: "closed", assignee: "anna" }, { mine: true });
const everything = known(untaken, mine, colleagues, joined, closed);

describe("folders", () => {
  it("d42 d47 d56 r06 r07 r08 each conversation is in the right folders", () => {
    expect(ids(select(everything, query({ folder: "new" }), null))).toEqual([1]);
    expect(ids(select(everything, query({ folder: "mine" }), null))).toEqual([2, 4]);
    expect(ids(select(everything, query({ folder: "all" }), null))).toEqual([1, 2, 3, 4]);
    expect(ids(select(everything, query({ folder: "closed" }), null))).toEqual([5]);
  });

  it("o41 closing moves a row from the open lists to Closed, in Mine as in All", () => {
    const after = merge(everything, [row({ id: 2, state: "closed", assignee: "anna" }, { mine: true })], (one) => one.conversation.id, 2);
    expect(ids(select(after, query({ folder: "mine" }), null))).toEqual([4]);
    expect(ids(select(after, query({ folder: "all" }), null))).not.toContain(2);
    expect(ids(select(after, query({ folder: "closed" }), null))).toContain(2);
  });

  it("what is snoozed stands in the lists of such, and in All of every status between open and closed", () => {
    const snoozed_until = T0 + 1;
    const all = known(
      row({ id: 1, snoozed_until }),
      row({ id: 2, snoozed_until, assignee: "anna", last_at: T0 + 5 }, { mine: true }),
      row({ id: 3, last_at: T0 + 9 }),
      row({ id: 4, state: "closed", last_at: T0 + 9 }),
    );
    const shown = (part: Partial<ListQuery>) => ids(select(all, query(part), null));
    expect(shown({ folder: "new" })).toEqual([3]);
    expect(shown({ folder: "mine" })).toEqual([]);
    expect(shown({ folder: "all" })).toEqual([3]);
    expect(shown({ folder: "all", part: "unanswered" })).toEqual([3]);
    expect(shown({ folder: "all", part: "snoozed" })).toEqual([2, 1]);
    expect(shown({ folder: "mine", part: "snoozed" })).toEqual([2]);
    expect(shown({ folder: "all", status: "any" })).toEqual([3, 2, 1, 4]);
  });

  it("o21 o24 o25 o26 a folder has lists within it, as the server has them", () => {
    const all = known(
      row({ id: 1, answered_by: "agent", assignee: "anna" }, { mine: true }),
      row({ id: 2 }, { following: true }),
      row({ id: 3, answered_by: "program" }),
      row({ id: 4, state: "closed", assignee: "anna" }, { mine: true }),
      row({ id: 5, state: "closed" }, { following: true }),
      row({ id: 6, state: "closed" }),
    );
    const within = (folder: "all" | "mine", part: ListQuery["part"] & string) => ids(select(all, query({ folder, part }), null)).sort();
    expect(within("all", "unanswered")).toEqual([2]);
    expect(within("mine", "internal")).toEqual([2]);
    expect(within("mine", "closed")).toEqual([4, 5]);
    expect(ids(select(all, query({ folder: "mine" }), null))).toEqual([1]);
  });

  it("d43 in All the untaken stand above those in work, closed ones below where they are asked for", () => {
    const late = known(row({ id: 1, last_at: T0 }), row({ id: 2, assignee: "lucia", last_at: T0 + 9 }), row({ id: 3, state: "closed", last_at: T0 + 99 }));
    expect(ids(select(late, query({ status: "any" }), null))).toEqual([1, 2, 3]);
  });
});

describe("sorting", () => {
  const three = known(row({ id: 1, created_at: T0, last_at: T0 + 30 }), row({ id: 2, created_at: T0 + 1, last_at: T0 + 10 }), row({ id: 3, created_at: T0 + 2, last_at: T0 + 20 }));

  it("d44 oldest puts the oldest last message on top, whatever the order of creation", () => {
    expect(ids(select(three, query({ sort: "oldest" }), null))).toEqual([2, 3, 1]);
  });

  it("o20 activity puts the most recent on top", () => {
    expect(ids(select(three, query({ sort: "activity" }), null))).toEqual([1, 3, 2]);
  });

  it("s28 s29 processing order puts who waits longest on top and the answered below", () => {
    const rows = known(
      row({ id: 1, waiting_since: T0 + 50, last_at: T0 + 50 }),
      row({ id: 2, waiting_since: T0 + 10, last_at: T0 + 90 }),
      row({ id: 3, waiting_since: null, last_at: T0 + 99 }),
    );
    expect(ids(select(rows, query({ folder: "new", sort: "processing" }), null))).toEqual([2, 1, 3]);
  });
});

describe("filters and pages", () => {
  it("r12 channel, responsible and language filter alone and together", () => {
    const rows = known(row({ id: 1, inbox: "site", assignee: "anna", language: "uk" }), row({ id: 2, inbox: "site", assignee: "lucia", language: "uk" }), row({ id: 3, inbox: "mail", assignee: "anna", language: "es" }));
    expect(ids(select(rows, query({ inbox: "site" }), null))).toEqual([2, 1]);
    expect(ids(select(rows, query({ assignee: "anna" }), null))).toEqual([3, 1]);
    expect(ids(select(rows, query({ language: "uk", assignee: "anna", inbox: "site" }), null))).toEqual([1]);
  });

  it("a row the socket told of stays hidden while its page is still to come", () => {
    const far = row({ id: 9, last_at: T0 - 100, assignee: "lucia" });
    const edge = sortKey(colleagues.conversation, query({}));
    expect(ids(select(known(untaken, mine, colleagues, far), query({}), edge))).toEqual([1, 2, 3]);
  });

  it("r20 the unread count is what came after the agent's own mark, never below zero", () => {
    expect(unread(row({ id: 1, incoming_count: 5 }, { mark: { seen: 3, message_id: 7 } }))).toBe(2);
    expect(unread(row({ id: 1, incoming_count: 1 }, { mark: { seen: 3, message_id: 7 } }))).toBe(0);
  });
});
