import { request, type Attachment } from "@deskbridge/ui";
import type { CameBack, Page, Session, StartLink, Visit, WMessage } from "../shared/protocol.ts";

export type SendBody = {
  client_id: string;
  thread: string;
  text: string;
  uploads?: string[];
  reply_to?: number;
  pre_chat?: Record<string, string>;
  visit?: Visit;
};

export type PressBody = { client_id: string; message_id: number; button: string };

const PAGE_SIZE = 40;
/** A line that says nothing for so long (ms) is dead, as on a train; a browser by itself would wait for minutes. */
const PATIENCE = 30_000;

/** The widget's HTTP API for one visitor. Every call raises ApiError. */
export class Api {
  token = "";

  /** `base` is the address of this frame, "/widget/{key}". */
  constructor(private readonly base: string) {}

  /** The one call that shows no token: it brings it in the body, or gets one. */
  session(body: { token?: string; identity?: string; locale: string; visit: Visit }): Promise<Session> {
    return this.call<Session>("session", json(body), "");
  }

  /** The newest messages of a thread, or those before `before`. */
  messages(thread: string, before?: number): Promise<Page> {
    const range = before === undefined ? "" : `&before=${before}`;
    return this.call<Page>(`threads/${thread}/messages?limit=${PAGE_SIZE}${range}`);
  }

  send(body: SendBody): Promise<{ message: WMessage }> {
    return this.call("messages", json(body));
  }

  /** The press of a button; the answer is its message as that has left it. */
  press(body: PressBody): Promise<{ message: WMessage }> {
    return this.call("presses", json(body));
  }

  /** A link with which the visitor goes on with the thread in another network. */
  leadOn(thread: string, network: string): Promise<StartLink> {
    return this.call("onward", json({ thread, network }));
  }

  /** Uses up the token of a link back; its conversation is among the visitor's from then on. */
  comeBack(token: string): Promise<CameBack> {
    return this.call("resume", json({ token }));
  }

  upload(file: File): Promise<Attachment> {
    const form = new FormData();
    form.append("file", file, file.name);
    // How long a file takes says nothing of the line.
    return this.call("uploads", { method: "POST", body: form, signal: null });
  }

  /** Where the websocket is. */
  get live(): string {
    return `${location.origin.replace(/^http/, "ws")}${this.base}/live`;
  }

  private call<T>(path: string, init: RequestInit = {}, token = this.token): Promise<T> {
    const headers = { ...(init.headers as Record<string, string>), ...(token && { Authorization: `Bearer ${token}` }) };
    return request<T>(`${this.base}/api/${path}`, { signal: AbortSignal.timeout?.(PATIENCE) ?? null, ...init, credentials: "omit", headers });
  }
}

function json(body: object): RequestInit {
  return { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
}
