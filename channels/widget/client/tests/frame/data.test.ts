import { describe, expect, it } from "vitest";
import { NOTHING, reduce, type Action, type Data } from "../../src/frame/desk/data.ts";
import type { Page, WMessage } from "../../src/shared/protocol.ts";
import { message, outgoing, thread, THREAD } from "./make.ts";

const PAGE = 4;

/** The server, as far as a thread's messages go. */
class Server {
  messages: WMessage[] = [];

  page(before = Infinity): Page {
    const older = this.messages.filter((one) => one.id < before);
    return { messages: older.slice(-PAGE), has_before: older.length > PAGE, cursor: "" };
  }

  say(): WMessage {
    const said = message(this.messages.length + 1);
    this.messages.push(said);
    return said;
  }

  edit(at: number): WMessage {
    const edited = { ...this.messages[at]!, text: `змінено ${Math.random()}`, edited: true };
    this.messages[at] = edited;
    return edited;
  }
}

const run = (data: Data, ...actions: Action[]): Data => actions.reduce(reduce, data);
const shown = (data: Data): WMessage[] => data.logs[THREAD]?.messages ?? [];
const page = (page: Page): Action => ({ type: "page", thread: THREAD, page });
const changes = (...messages: WMessage[]): Action => ({ type: "changes", messages, threads: [] });

describe("the state", () => {
  it("after a load and changes is the state of a fresh load, in whatever order things arrive", () => {
    let seed = 7;
    const random = (n: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % n;
    for (let round = 0; round < 200; round += 1) {
      const server = new Server();
      for (let count = random(12); count > 0; count -= 1) server.say();
      let data = NOTHING;
      const late: Action[] = [];
      let asked: Page | null = server.page();
      for (let step = 0; step < 25; step += 1) {
        const act = random(5);
        if (act === 0) late.push(changes(server.say()));
        else if (act === 1 && server.messages.length > 0)
          late.push(changes(server.edit(random(server.messages.length))));
        else if (act === 2 && late.length > 0) data = reduce(data, late.shift()!);
        else if (act === 3 && asked) {
          data = reduce(data, page(asked));
          asked = null;
        } else if (act === 4 && !asked && data.logs[THREAD]?.has_before) asked = server.page(shown(data)[0]!.id);
      }
      data = run(data, ...(asked ? [page(asked)] : []), ...late);
      const from = data.logs[THREAD]!.has_before ? shown(data)[0]!.id : 0;
      expect(shown(data)).toEqual(server.messages.filter((one) => one.id >= from));
    }
  });

  it("does not show a thread's news as its history before the history was fetched", () => {
    const data = reduce(NOTHING, changes(message(9)));
    expect(shown(data)).toEqual([]);
    expect(shown(reduce(data, page({ messages: [message(8)], has_before: false, cursor: "" })))).toHaveLength(2);
  });

  it("leaves no hole when an old message that is not on the page yet is edited", () => {
    const data = run(
      NOTHING,
      page({ messages: [message(50)], has_before: true, cursor: "" }),
      changes(message(5, { text: "new" })),
    );
    expect(shown(data).map((one) => one.id)).toEqual([50]);
  });

  it("drops logs with a new session, since they may have a gap, and keeps what waits to be sent", () => {
    const data = run(
      NOTHING,
      page({ messages: [message(1)], has_before: false, cursor: "" }),
      { type: "queue", items: [outgoing("a")] },
      { type: "session", threads: [thread()] },
    );
    expect(data.logs).toEqual({});
    expect(data.outbox).toHaveLength(1);
  });

  it("shows a sent message once: it leaves the outbox when the server's line tells of it", () => {
    const data = run(
      NOTHING,
      page({ messages: [], has_before: false, cursor: "" }),
      { type: "queue", items: [outgoing("a")] },
      changes(message(1, { client_id: "a", from: "visitor" })),
      changes(message(1, { client_id: "a", from: "visitor" })),
    );
    expect(data.outbox).toEqual([]);
    expect(shown(data)).toHaveLength(1);
  });

  it("does not touch the outbox for other people's messages", () => {
    const data = reduce(NOTHING, { type: "queue", items: [outgoing("a")] });
    expect(reduce(data, changes(message(1))).outbox).toBe(data.outbox);
  });

  it("queues a message once however often it is adopted", () => {
    const data = run(
      NOTHING,
      { type: "queue", items: [outgoing("a")] },
      { type: "queue", items: [outgoing("a"), outgoing("b")] },
    );
    expect(data.outbox.map((item) => item.client_id)).toEqual(["a", "b"]);
  });

  it("forgets the reason of a failure when it is tried again", () => {
    const failed = run(
      NOTHING,
      { type: "queue", items: [outgoing("a")] },
      { type: "fail", client_id: "a", reason: "too_long", detail: { limit: 5 } },
    );
    expect(failed.outbox[0]).toMatchObject({ state: "failed", reason: "too_long" });
    expect(reduce(failed, { type: "retry", client_id: "a" }).outbox[0]).toEqual(outgoing("a"));
  });

  it("orders threads by their last activity and replaces them by id", () => {
    const other = thread({ thread: "b", last_at: 5 });
    const data = run(
      NOTHING,
      { type: "session", threads: [other, thread({ last_at: 9 })] },
      { type: "changes", messages: [], threads: [{ ...other, last_at: 11, unread: 2 }] },
    );
    expect(data.threads.map((one) => [one.thread, one.unread])).toEqual([
      ["b", 2],
      [THREAD, 0],
    ]);
  });
});
