import { ApiError } from "@deskbridge/ui";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NOTHING, reduce, type Action, type Data } from "../../src/frame/desk/data.ts";
import { Sender, type Sending } from "../../src/frame/desk/sender.ts";
import type { Outgoing } from "../../src/shared/port.ts";
import { message, outgoing } from "./make.ts";

type Fault = "lost request" | "lost answer" | ApiError;
const refusal = (status: number, code: string, detail = {}): ApiError =>
  new ApiError(status, { code, message: code, detail });
const OFFLINE = refusal(0, "network");

/** A server that keeps a message once for each client_id, behind a line that fails as it is told to. */
class World {
  data: Data = NOTHING;
  stored = new Map<string, number>();
  faults: Fault[] = [];
  posts = 0;
  uploads: string[] = [];
  renewed = 0;
  files = new Map<string, File[]>();
  sending: Sending = {
    next: () => this.data.outbox.find((item) => item.state === "queued"),
    files: (id) => this.files.get(id),
    upload: async (file) => {
      await this.fault();
      this.uploads.push(file.name);
      return { id: `up-${file.name}` };
    },
    uploaded: (client_id, at, upload) => this.act({ type: "uploaded", client_id, at, upload }),
    ready: async () => true,
    post: async (item) => {
      this.posts += 1;
      const fault = this.faults.shift();
      if (fault === "lost request") throw OFFLINE;
      if (fault instanceof ApiError) throw fault;
      if (!this.stored.has(item.client_id)) this.stored.set(item.client_id, this.stored.size + 1);
      if (fault === "lost answer") throw OFFLINE;
      return message(this.stored.get(item.client_id)!, { client_id: item.client_id, from: "visitor" });
    },
    renew: async () => void (this.renewed += 1),
    stored: (_, stored) => this.act({ type: "changes", messages: [stored], threads: [] }),
    unquoted: (client_id) => this.act({ type: "unquote", client_id }),
    gone: (client_id) => this.act({ type: "discard", client_id }),
    failed: (client_id, reason, detail) => this.act({ type: "fail", client_id, reason, detail }),
  };
  sender = new Sender(this.sending);

  private async fault(): Promise<void> {
    if (this.faults[0] === "lost request") {
      this.faults.shift();
      throw OFFLINE;
    }
  }

  act(action: Action): void {
    this.data = reduce(this.data, action);
  }

  write(...ids: string[]): void {
    this.act({ type: "queue", items: ids.map((id) => outgoing(id)) });
    this.sender.wake();
  }
}

let world: World;
const minutes = (n: number): Promise<unknown> => vi.advanceTimersByTimeAsync(n * 60_000);

beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});
afterEach(() => vi.useRealTimers());

describe("the sender", () => {
  it("stores each message once, in order, whatever the line loses", async () => {
    world.faults = ["lost answer", "lost request", "lost answer", "lost answer", refusal(503, "storage")];
    world.write("a", "b", "c");
    await minutes(10);
    expect([...world.stored.keys()]).toEqual(["a", "b", "c"]);
    expect(world.data.outbox).toEqual([]);
  });

  it("does not overtake a message that could not go out yet", async () => {
    world.faults = ["lost request"];
    world.write("a");
    await vi.advanceTimersByTimeAsync(1);
    world.act({ type: "queue", items: [outgoing("b")] });
    world.sender.wake();
    await minutes(5);
    expect([...world.stored.keys()]).toEqual(["a", "b"]);
  });

  it("marks a refusal that will not pass as failed, and goes on with the next", async () => {
    world.faults = [refusal(422, "too_long", { limit: 10 })];
    world.write("a", "b");
    await minutes(1);
    expect(world.data.outbox).toMatchObject([
      { client_id: "a", state: "failed", reason: "too_long", detail: { limit: 10 } },
    ]);
    expect([...world.stored.keys()]).toEqual(["b"]);
  });

  it("lets go of what had arrived and was deleted for good before its answer came, and goes on with the next", async () => {
    world.faults = ["lost answer", refusal(410, "purged")];
    world.write("a", "b");
    await minutes(1);
    expect([world.data.outbox, [...world.stored.keys()], world.posts]).toEqual([[], ["a", "b"], 3]);
  });

  it("sends a message without its quote where what it quotes is not there any more, and refuses what is not found without one", async () => {
    const said = { id: 7, text: "L чи M?", from: "agent" as const };
    const sent: Outgoing[] = [];
    world.sender = new Sender({ ...world.sending, post: (item, uploads) => (sent.push(item), world.sending.post(item, uploads)) });
    world.faults = [refusal(404, "not_found"), "lost answer"];
    world.act({ type: "queue", items: [outgoing("a", { reply_to: said }), outgoing("b", { reply_to: said })] });
    world.sender.wake();
    await minutes(1);
    expect(sent.map((one) => [one.client_id, one.reply_to?.id])).toEqual([["a", 7], ["a", undefined], ["a", undefined], ["b", 7]]);
    expect([world.data.outbox, [...world.stored.keys()]]).toEqual([[], ["a", "b"]]);
    world.faults = [refusal(404, "not_found")];
    world.write("c");
    await minutes(1);
    expect(world.data.outbox).toMatchObject([{ client_id: "c", state: "failed" }]);
  });

  it("sends a failed message when it is tried again", async () => {
    world.faults = [refusal(422, "too_long")];
    world.write("a");
    await minutes(1);
    world.act({ type: "retry", client_id: "a" });
    world.sender.wake();
    await minutes(1);
    expect([...world.stored.keys()]).toEqual(["a"]);
  });

  it("waits as long as a busy server asks, even if woken", async () => {
    world.faults = [refusal(429, "slow_down", { retry_after: 20 })];
    world.write("a");
    await vi.advanceTimersByTimeAsync(19_000);
    world.sender.wake();
    await vi.advanceTimersByTimeAsync(500);
    expect(world.posts).toBe(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(world.posts).toBe(2);
  });

  it("gets a new session when the token is refused, and sends the same message", async () => {
    world.faults = [refusal(401, "token_invalid")];
    world.write("a");
    await minutes(1);
    expect([world.renewed, [...world.stored.keys()]]).toEqual([1, ["a"]]);
  });

  it("tries at once when the line comes back", async () => {
    world.faults = Array<Fault>(30).fill("lost request");
    world.write("a");
    await minutes(1.5);
    world.faults = [];
    const before = world.posts;
    world.sender.wake();
    await vi.advanceTimersByTimeAsync(1);
    expect(world.posts).toBe(before + 1);
  });

  it("d19: uploads several files in order and none of them twice", async () => {
    const files = ["куртка.png", "б.pdf", "в.zip"].map((name) => new File(["x"], name));
    world.files.set("a", files);
    world.act({
      type: "queue",
      items: [outgoing("a", { files: files.map(({ name, type, size }) => ({ name, type, size })) })],
    });
    world.faults = ["lost answer", "lost answer"];
    world.sender.wake();
    await minutes(5);
    expect(world.uploads).toEqual(["куртка.png", "б.pdf", "в.zip"]);
    expect([...world.stored.keys()]).toEqual(["a"]);
  });

  it("says so when a file's bytes went with the page before they were uploaded", async () => {
    world.act({ type: "queue", items: [outgoing("a", { files: [{ name: "а.png", type: "image/png", size: 1 }] })] });
    world.sender.wake();
    await minutes(1);
    expect(world.data.outbox).toMatchObject([{ state: "failed", reason: "files_lost" }]);
    expect(world.posts).toBe(0);
  });
});
