import { LiveSocket, type LiveState } from "@deskbridge/ui";
import type { Block, LiveFrame, WMessage } from "../../shared/protocol.ts";

const REMEMBERED = 50;
/** The server takes no more in one frame (protocol.py). */
const AT_ONCE = 200;

export type LineEvents = {
  hello: () => object;
  greeted: () => void;
  reset: () => void;
  changes: (frame: Extract<LiveFrame, { type: "changes" }>) => void;
  typing: (thread: string, name: string) => void;
  block: (block: Block | null) => void;
  state: (state: LiveState) => void;
};

/** The websocket of one visitor. It acknowledges every agent's message that has reached this browser. */
export class Line {
  private socket: LiveSocket<LiveFrame> | null = null;
  /** The newest agents' messages, acknowledged anew on each connection, since an acknowledgement may be lost with one. */
  private arrived: number[] = [];

  constructor(
    private readonly url: string,
    private readonly on: LineEvents,
  ) {}

  /** Goes on from `cursor`; `anew` when the token is another one. */
  resume(cursor: string, anew: boolean): void {
    if (!this.socket) this.socket = this.open(cursor);
    else {
      this.socket.cursor = cursor;
      if (anew) this.socket.connect();
    }
  }

  /** Another person begins here: what the last one received is none of their business. */
  forget(): void {
    this.arrived = [];
  }

  send(frame: object): boolean {
    return this.socket?.send(frame) ?? false;
  }

  acknowledge(messages: WMessage[]): void {
    const ids = messages.filter((message) => message.from === "agent").map((message) => message.id);
    const fresh = ids.filter((id) => !this.arrived.includes(id));
    if (fresh.length === 0) return;
    this.arrived = [...this.arrived, ...fresh].slice(-REMEMBERED);
    for (let at = 0; at < fresh.length; at += AT_ONCE) {
      this.send({ type: "ack", ids: fresh.slice(at, at + AT_ONCE) });
    }
  }

  close(): void {
    this.socket?.close();
    this.socket = null;
  }

  private open(cursor: string): LiveSocket<LiveFrame> {
    return new LiveSocket<LiveFrame>({
      url: () => this.url,
      hello: (reached) => ({ type: "hello", cursor: reached, ...this.on.hello() }),
      cursor,
      onFrame: (frame) => this.receive(frame),
      onState: this.on.state,
    });
  }

  private receive(frame: LiveFrame): void {
    switch (frame.type) {
      case "hello":
        if (this.arrived.length > 0) this.send({ type: "ack", ids: this.arrived });
        return this.on.greeted();
      case "reset":
        return this.on.reset();
      case "changes":
        this.acknowledge(frame.messages);
        return this.on.changes(frame);
      case "typing":
        return this.on.typing(frame.thread, frame.name);
      case "block":
        return this.on.block(frame.block);
      case "pong":
        return;
    }
  }
}
