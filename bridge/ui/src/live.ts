import { Backoff } from "./backoff.ts";

export type LiveState = "connecting" | "open" | "waiting" | "offline" | "refused" | "closed";
type Incoming = { type: string; cursor?: string };

export type LiveOptions<In extends Incoming> = {
  url: (cursor: string) => string;
  /** The first frame to send on each connection, where the server wants one. */
  hello?: (cursor: string) => object;
  cursor: string;
  onFrame: (frame: In) => void;
  onState?: (state: LiveState) => void;
};

const PING_EVERY = 25_000;
const SILENCE_LIMIT = 12_000;
const TOKEN_REFUSED = 4401;
const TOO_SLOW = 4408;

/**
 * One websocket that is always being kept open. It resumes from the last cursor it handed on, backs off with jitter,
 * pings, notices a dead line, and follows the browser's online and offline events. After close code 4401 the state is
 * "refused" and it stays down until `connect()` is called again (with a fresh token in `hello`).
 * After {type:"reset"} load everything afresh and set `cursor` to what that load answered.
 */
export class LiveSocket<In extends Incoming = Incoming> {
  cursor: string;
  private socket: WebSocket | null = null;
  private readonly backoff = new Backoff();
  private retry: ReturnType<typeof setTimeout> | undefined;
  private pulse: ReturnType<typeof setTimeout> | undefined;
  private state: LiveState = "closed";

  constructor(private readonly options: LiveOptions<In>) {
    this.cursor = options.cursor;
    addEventListener("online", this.wake);
    addEventListener("offline", this.sleep);
    document.addEventListener("visibilitychange", this.look);
    this.connect();
  }

  /** Opens a connection now, in place of any present one. */
  connect(): void {
    this.drop();
    this.tell("connecting");
    const socket = new WebSocket(this.options.url(this.cursor));
    this.socket = socket;
    socket.onopen = () => this.opened(socket);
    socket.onmessage = (event: MessageEvent) => this.received(socket, event.data);
    socket.onclose = (event: CloseEvent) => this.ended(socket, event.code);
    this.beat(SILENCE_LIMIT, () => this.lost());
  }

  /** Whether the frame went out; a frame that did not is not kept. */
  send(frame: object): boolean {
    if (this.state !== "open" || !this.socket) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  close(): void {
    removeEventListener("online", this.wake);
    removeEventListener("offline", this.sleep);
    document.removeEventListener("visibilitychange", this.look);
    this.drop();
    this.tell("closed");
  }

  private opened(socket: WebSocket): void {
    if (socket !== this.socket) return;
    this.tell("open");
    if (this.options.hello) this.send(this.options.hello(this.cursor));
    this.expectPulse();
  }

  private received(socket: WebSocket, data: unknown): void {
    if (socket !== this.socket) return;
    this.expectPulse();
    const frame = JSON.parse(String(data)) as In;
    if (frame.type === "hello") this.backoff.reset();
    this.options.onFrame(frame);
    if (typeof frame.cursor === "string") this.cursor = frame.cursor;
  }

  private ended(socket: WebSocket, code: number): void {
    if (socket !== this.socket) return;
    this.drop();
    if (code === TOKEN_REFUSED) this.tell("refused");
    else if (code === TOO_SLOW) this.connect();
    else this.wait();
  }

  private lost(): void {
    this.drop();
    this.wait();
  }

  private wait(): void {
    if (navigator.onLine === false) return this.tell("offline");
    this.tell("waiting");
    this.retry = setTimeout(() => this.connect(), this.backoff.next());
  }

  /** A ping after some quiet; no answer to it within the limit means the line is dead though nobody said so. */
  private expectPulse(): void {
    this.beat(PING_EVERY, () => {
      this.send({ type: "ping" });
      this.beat(SILENCE_LIMIT, () => this.lost());
    });
  }

  private beat(ms: number, then: () => void): void {
    clearTimeout(this.pulse);
    this.pulse = setTimeout(then, ms);
  }

  private drop(): void {
    clearTimeout(this.retry);
    clearTimeout(this.pulse);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private readonly wake = (): void => {
    if (this.state === "offline" || this.state === "waiting") this.connect();
  };

  private readonly sleep = (): void => {
    if (this.state === "refused" || this.state === "closed") return;
    this.drop();
    this.tell("offline");
  };

  /** Timers stand still in a sleeping laptop: on coming back, retry or check the line at once. */
  private readonly look = (): void => {
    if (document.visibilityState !== "visible") return;
    if (this.state === "waiting") this.connect();
    else if (this.send({ type: "ping" })) this.beat(SILENCE_LIMIT, () => this.lost());
  };

  private tell(state: LiveState): void {
    if (state === this.state) return;
    this.state = state;
    this.options.onState?.(state);
  }
}
