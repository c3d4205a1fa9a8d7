import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LiveSocket, type LiveState } from "../src/live.ts";

class FakeSocket {
  static all: FakeSocket[] = [];
  static get last(): FakeSocket {
    return FakeSocket.all.at(-1)!;
  }
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  sent: unknown[] = [];
  closed = false;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.closed = true;
  }
  open(): void {
    this.onopen?.();
    this.frame({ type: "hello", cursor: "e-1" });
  }
  frame(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  end(code: number): void {
    this.onclose?.({ code });
  }
}

const states: LiveState[] = [];
const frames: { type: string }[] = [];
let live: LiveSocket;

function start(hello?: (cursor: string) => object): void {
  live = new LiveSocket({
    url: (cursor) => `ws://x/live?after=${cursor}`,
    cursor: "e-0",
    onFrame: (frame) => frames.push(frame),
    onState: (state) => states.push(state),
    ...(hello && { hello }),
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.spyOn(Math, "random").mockReturnValue(1);
  FakeSocket.all = [];
  states.length = 0;
  frames.length = 0;
});

afterEach(() => {
  live.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("a live socket", () => {
  it("says hello first on every connection, with the cursor it has reached", () => {
    start((cursor) => ({ type: "hello", token: "t", cursor }));
    FakeSocket.last.open();
    FakeSocket.last.frame({ type: "changes", cursor: "e-7" });
    FakeSocket.last.end(1006);
    vi.advanceTimersByTime(500);
    FakeSocket.last.open();
    expect(FakeSocket.all.map((one) => one.sent[0])).toEqual([
      { type: "hello", token: "t", cursor: "e-0" },
      { type: "hello", token: "t", cursor: "e-7" },
    ]);
  });

  it("resumes from the last cursor it handed on", () => {
    start();
    FakeSocket.last.open();
    FakeSocket.last.frame({ type: "changes", cursor: "e-9" });
    FakeSocket.last.end(1006);
    vi.advanceTimersByTime(500);
    expect(FakeSocket.last.url).toBe("ws://x/live?after=e-9");
  });

  it("waits longer after each failure and starts over once a hello came", () => {
    start();
    const pauses: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      FakeSocket.last.end(1006);
      const before = Date.now();
      vi.advanceTimersToNextTimer();
      pauses.push(Date.now() - before);
    }
    FakeSocket.last.open();
    FakeSocket.last.end(1006);
    const before = Date.now();
    vi.advanceTimersToNextTimer();
    expect([...pauses, Date.now() - before]).toEqual([500, 1000, 2000, 500]);
  });

  it("stays down after a refused token until it is told to connect", () => {
    start();
    FakeSocket.last.open();
    FakeSocket.last.end(4401);
    vi.advanceTimersByTime(120_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(states.at(-1)).toBe("refused");
    live.connect();
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("reconnects at once when the server calls it too slow", () => {
    start();
    FakeSocket.last.open();
    FakeSocket.last.end(4408);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("drops a line that answers no ping", () => {
    start();
    const first = FakeSocket.last;
    first.open();
    vi.advanceTimersByTime(25_000);
    expect(first.sent).toContainEqual({ type: "ping" });
    vi.advanceTimersByTime(12_000);
    expect(first.closed).toBe(true);
    expect(states.at(-1)).toBe("waiting");
  });

  it("keeps a line that answers its pings", () => {
    start();
    FakeSocket.last.open();
    for (let round = 0; round < 5; round += 1) {
      vi.advanceTimersByTime(25_000);
      FakeSocket.last.frame({ type: "pong" });
    }
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("gives up on a connection that never opens", () => {
    start();
    vi.advanceTimersByTime(12_000);
    expect(states.at(-1)).toBe("waiting");
  });

  it("follows the browser's offline and online events", () => {
    start();
    FakeSocket.last.open();
    dispatchEvent(new Event("offline"));
    expect(states.at(-1)).toBe("offline");
    dispatchEvent(new Event("online"));
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("ignores what an abandoned connection still says", () => {
    start();
    const old = FakeSocket.last;
    old.open();
    live.connect();
    old.frame({ type: "changes", cursor: "e-99" });
    expect(live.cursor).toBe("e-1");
  });

  it("sends nothing while it is not open and says so", () => {
    start();
    expect(live.send({ type: "typing" })).toBe(false);
    expect(FakeSocket.last.sent).toEqual([]);
  });

  it("does not come back after close", () => {
    start();
    FakeSocket.last.open();
    live.close();
    dispatchEvent(new Event("online"));
    vi.advanceTimersByTime(120_000);
    expect(FakeSocket.all).toHaveLength(1);
  });
});
