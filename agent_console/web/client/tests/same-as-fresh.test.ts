/** State after a load and the changes that follow is a fresh load's, whatever the order in which answers arrive. */
import { describe, expect, it } from "vitest";
import type { ListQuery } from "../src/api/endpoints.ts";
import type { ChangesFrame, Conversation, Message, MessagePage, Row } from "../src/api/types.ts";
import { compare, inFolder, passes, select, sortKey } from "../src/store/order.ts";
import { emptyState, withChanges, withRows, withThread, type State } from "../src/store/state.ts";
import { addAfter, addBefore, hasAfter, hasBefore, openAt, shown, type Thread } from "../src/store/thread.ts";
import { changes, message, row, T0 } from "./samples.ts";

/** Every list, and every filter that a row can come to pass, or cease to, as it changes. */
const QUERIES: ListQuery[] = [
  {},
  { topic: "prices" },
  { topic: "-none" },
  { topic: "-other", last_by: "customer" as const },
  { tags: "vip" },
  { tags: "vip,gross" },
  { tags: "-none", status: "any" as const },
  { pinned: true, assignee: "anna" },
].map((narrow) => ({ folder: "all", sort: "processing", ...narrow }));
const PINNED = new Set(["vip"]);
const PAGE = 4;
/** The conversation whose messages are read; it is none of those that come and go in the list. */
const THREAD = 99;

/** A small random number generator, so that a failing seed can be run again. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

type Page = { rows: Row[]; edge: readonly number[] | null };

/** What the server would do: it has everything, answers pages of it, and tells of each change. */
class Server {
  rows = new Map<number, Row>();
  messages: Message[] = [];
  private lastId = 0;

  constructor(
    private readonly random: (below: number) => number,
    private readonly query: ListQuery,
  ) {
    for (let id = 1; id <= 12; id += 1) this.rows.set(id, row({ id, last_at: T0 + id, assignee: id % 2 ? null : "lucia" }));
    for (let n = 0; n < 10; n += 1) this.write();
  }

  write(): Message {
    this.lastId += 1 + this.random(3);
    const written = message({ id: this.lastId, conversation_id: THREAD });
    this.messages.push(written);
    return written;
  }

  listed(): Row[] {
    const all = [...this.rows.values()].filter((one) => inFolder(one, this.query) && passes(one, this.query, PINNED));
    return all.sort((a, b) => compare(sortKey(a.conversation, this.query), sortKey(b.conversation, this.query)));
  }

  page(after: readonly number[] | null): Page {
    const rest = this.listed().filter((one) => after === null || compare(sortKey(one.conversation, this.query), after) > 0);
    const rows = rest.slice(0, PAGE);
    return { rows, edge: rest.length > PAGE ? sortKey(rows.at(-1)!.conversation, this.query) : null };
  }

  thread(where: "latest" | { before: number } | { after: number }): MessagePage {
    const all = this.messages;
    const from = where === "latest" ? Math.max(0, all.length - PAGE) : "before" in where ? Math.max(0, this.below(where.before) - PAGE) : this.above(where.after);
    const to = where === "latest" ? all.length : "before" in where ? this.below(where.before) : Math.min(all.length, from + PAGE);
    return { messages: all.slice(from, to), has_before: from > 0, has_after: to < all.length, cursor: "e-1" };
  }

  private below(id: number): number {
    return this.messages.filter((one) => one.id < id).length;
  }

  private above(id: number): number {
    return this.messages.filter((one) => one.id <= id).length;
  }

  /** Something happens, and this is how the socket tells of it. */
  happen(): ChangesFrame {
    const id = 1 + this.random(14);
    const before = this.rows.get(id);
    switch (this.random(6)) {
      case 0:
        this.rows.delete(id);
        return changes({ gone: [id] });
      case 1:
        return changes({ messages: [this.write()] });
      case 2:
        return changes({ messages: [this.edit()] });
      default: {
        const next = row({
          id,
          last_at: T0 + this.random(200),
          state: this.random(4) === 0 ? "closed" : "open",
          assignee: this.random(2) === 0 ? null : "anna",
          waiting_since: this.random(2) === 0 ? null : T0 + this.random(50),
          ...this.sorted(id),
          incoming_count: (before?.conversation.incoming_count ?? 0) + 1,
        });
        this.rows.set(id, next);
        return changes({ rows: [next] });
      }
    }
  }

  private sorted(id: number): Partial<Conversation> {
    const some = (of: string[]): string[] => of.filter(() => this.random(2) === 0);
    return {
      contact: { id, name: null, tags: some(["vip", "gross"]) },
      topics: some(["prices"]),
      last_by: this.random(2) === 0 ? "customer" : "agent",
      ...(this.random(2) === 0 && { other_topic: "доставка 🛵" }),
    };
  }

  private edit(): Message {
    const at = this.random(this.messages.length);
    const edited = { ...this.messages[at]!, text: `edited ${this.random(1000)}`, revision: this.messages[at]!.revision + 1 };
    this.messages[at] = edited;
    return edited;
  }
}

type Client = { state: State; edge: readonly number[] | null; loaded: boolean };

/** Runs a client against the server: loads are answered late, and the socket talks meanwhile. */
function run(seed: number): { server: Server; client: Client; query: ListQuery } {
  const random = generator(seed);
  const query = QUERIES[seed % QUERIES.length]!;
  const server = new Server(random, query);
  const client: Client = { state: withThread(emptyState, THREAD, (thread) => thread), edge: [], loaded: false };
  let stamp = 0;
  const late: (() => void)[] = [];
  const load = (): void => {
    stamp += 1;
    const sent = stamp;
    const after = client.loaded ? client.edge : null;
    if (client.loaded && after === null) return;
    const page = server.page(after);
    late.push(() => {
      client.state = withRows(client.state, page.rows, sent);
      client.edge = page.edge;
      client.loaded = true;
    });
  };
  const read = (where: Parameters<Server["thread"]>[0], place: (thread: Thread, page: MessagePage, stamp: number) => Thread): void => {
    stamp += 1;
    const sent = stamp;
    const page = server.thread(where);
    late.push(() => {
      client.state = withThread(client.state, THREAD, (thread) => place(thread, page, sent));
    });
  };
  load();
  read("latest", openAt);
  for (let step = 0; step < 60; step += 1) {
    const frame = server.happen();
    stamp += 1;
    client.state = withChanges(client.state, frame, stamp);
    if (late.length > 0 && random(2) === 0) late.shift()!();
    const thread = client.state.threads.get(THREAD)!;
    if (late.length === 0) {
      if (random(3) === 0) load();
      else if (hasBefore(thread) && random(2) === 0) read({ before: thread.lo }, addBefore);
      else if (hasAfter(thread)) read({ after: thread.hi }, addAfter);
    }
  }
  for (const answer of late) answer();
  return { server, client, query };
}

const SEEDS = Array.from({ length: 120 }, (_, seed) => seed + 1);

describe("load plus changes is a fresh load", () => {
  it.each(SEEDS)("of the list, seed %i", (seed) => {
    const { server, client, query } = run(seed);
    const fresh = server.listed().filter((one) => client.edge === null || compare(sortKey(one.conversation, query), client.edge) <= 0);
    expect(select(client.state.rows, query, client.edge, PINNED)).toEqual(fresh);
  });

  it.each(SEEDS)("of a thread, seed %i", (seed) => {
    const { server, client } = run(seed);
    const thread = client.state.threads.get(THREAD)!;
    const fresh = server.messages.filter((one) => one.id >= thread.lo && one.id <= thread.hi);
    expect(shown(thread)).toEqual(fresh);
    expect(thread.hi).toBe(Infinity);
  });
});
