import { vi } from "vitest";
import { Desk } from "../../src/frame/desk/desk.ts";
import { loadWords } from "../../src/frame/words.ts";
import type { HostState, Stored, ToLoader } from "../../src/shared/port.ts";
import type { Block, Session, Thread, WMessage } from "../../src/shared/protocol.ts";
import { config, host, message, THREAD } from "./make.ts";

type Request = { path: string; body: Record<string, unknown>; authorization: string | null };

/** A websocket whose server side the test plays. */
export class Socket {
  static last: Socket;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  sent: Record<string, unknown>[] = [];
  constructor(readonly url: string) {
    Socket.last = this;
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close(): void {
    this.onopen = null;
  }
  /** Opens the line and greets, as the server does. */
  open(): void {
    this.onopen?.();
    this.tell({ type: "hello", cursor: "e-1", server_time: 0 });
  }
  tell(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  of(type: string): Record<string, unknown>[] {
    return this.sent.filter((frame) => frame["type"] === type);
  }
}

/** One frame with a desk in it, between a loader and a server that the test plays. */
export class World {
  desk!: Desk;
  host: HostState;
  posted: ToLoader[] = [];
  requests: Request[] = [];
  threads: Thread[] = [];
  block: Block | null = null;
  messages: WMessage[] = [];
  /** Answers instead of the server, for paths that have one. */
  refuse: Record<string, () => Response | Promise<Response>> = {};
  private tokens = 0;

  constructor(fields: Partial<HostState> = {}) {
    this.host = host(fields);
    vi.stubGlobal("WebSocket", Socket);
    vi.stubGlobal("fetch", (url: string, init: RequestInit) => this.answer(url, init));
  }

  async start(): Promise<this> {
    this.desk = new Desk(this.host, this.link, await loadWords("en"), "/widget/site_main");
    await this.settle();
    return this;
  }

  /** The loader tells something new. */
  async tell(fields: Partial<HostState>): Promise<void> {
    this.host = { ...this.host, ...fields };
    this.desk.told(this.host, this.link);
    await this.settle();
  }

  /** Lets what is under way come to its end, and stops what would go on for ever. */
  async end(): Promise<void> {
    await vi.advanceTimersByTimeAsync(100);
    vi.clearAllTimers();
    vi.useRealTimers();
  }

  settle(): Promise<unknown> {
    return vi.advanceTimersByTimeAsync(0);
  }

  asked(path: string): Request[] {
    return this.requests.filter((request) => request.path === path);
  }

  heard<T extends ToLoader["type"]>(type: T): Extract<ToLoader, { type: T }>[] {
    return this.posted.filter((one): one is Extract<ToLoader, { type: T }> => one.type === type);
  }

  /** What the loader has been asked to keep, one thing over the other. */
  get saved(): Partial<Stored> {
    return Object.assign({}, ...this.heard("save").map((one) => one.data)) as Partial<Stored>;
  }

  private readonly link = {
    post: (one: ToLoader): void => void this.posted.push(one),
    save: (data: Partial<Stored>): void => void this.posted.push({ type: "save", data }),
  };

  private async answer(url: string, init: RequestInit): Promise<Response> {
    const path = url.replace("/widget/site_main/api/", "").split("?")[0]!;
    const body = typeof init.body === "string" ? (JSON.parse(init.body) as Record<string, unknown>) : {};
    this.requests.push({ path, body, authorization: new Headers(init.headers).get("Authorization") });
    const refusal = this.refuse[path];
    if (refusal) return refusal();
    if (path === "session") return Response.json(this.session());
    if (path === "messages") return Response.json({ message: this.store(body) });
    return Response.json({ messages: this.messages, has_before: false, cursor: "" });
  }

  private session(): Session {
    this.tokens += 1;
    return {
      token: `token-${this.tokens}`,
      config: config(),
      visitor: { verified: false },
      threads: this.threads,
      cursor: "e-0",
      server_time: 0,
      block: this.block,
    };
  }

  private store({ client_id, thread, text }: Record<string, unknown>): WMessage {
    const stored = message(100 + this.messages.length, {
      client_id: String(client_id),
      thread: String(thread),
      text: String(text),
      from: "visitor",
    });
    this.messages.push(stored);
    return stored;
  }
}

export { THREAD };
