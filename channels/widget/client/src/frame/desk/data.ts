import type { Outgoing } from "../../shared/port.ts";
import type { Page, Thread, WMessage } from "../../shared/protocol.ts";

/** What we know of the visitor's conversations. Everything here is plain data, changed by `reduce` alone. */
export type Data = {
  /** Most recently active first. */
  threads: Thread[];
  logs: Record<string, Log>;
  /** Messages on their way, in the order they were written. */
  outbox: Outgoing[];
};

export type Log = {
  /** An unbroken run of the thread's messages, ascending, up to its end. */
  messages: WMessage[];
  has_before: boolean;
  loaded: boolean;
  /**
   * The newest state of each message that the live line told of. It wins over a page from HTTP, which may be an older
   * picture that was overtaken on the way; and it holds changes of messages too old to be on the page yet.
   */
  told: Record<number, WMessage>;
};

export type Action =
  | { type: "session"; threads: Thread[] }
  | { type: "page"; thread: string; page: Page }
  | { type: "changes"; messages: WMessage[]; threads: Thread[] }
  | { type: "read"; thread: string }
  | { type: "queue"; items: Outgoing[] }
  | { type: "uploaded"; client_id: string; at: number; upload: string }
  | { type: "fail"; client_id: string; reason: string; detail: Record<string, unknown> }
  | { type: "retry"; client_id: string }
  | { type: "unquote"; client_id: string }
  | { type: "discard"; client_id: string };

export const NOTHING: Data = { threads: [], logs: {}, outbox: [] };
const NEW_LOG: Log = { messages: [], has_before: false, loaded: false, told: {} };

/** The next state. A session replaces threads and drops logs, since there may be a gap in them; the outbox stays. */
export function reduce(data: Data, action: Action): Data {
  switch (action.type) {
    case "session":
      return { ...data, threads: inOrder(action.threads), logs: {} };
    case "page":
      return withLog(data, action.thread, (log) => withPage(log, action.page));
    case "changes":
      return withChanges(data, action.messages, action.threads);
    case "read":
      return {
        ...data,
        threads: data.threads.map((one) => (one.thread === action.thread ? { ...one, unread: 0 } : one)),
      };
    default:
      return { ...data, outbox: withItem(data.outbox, action) };
  }
}

function withItem(outbox: Outgoing[], action: Extract<Action, { type: "queue" } | { client_id: string }>): Outgoing[] {
  if (action.type === "queue") {
    const known = new Set(outbox.map((item) => item.client_id));
    return [...outbox, ...action.items.filter((item) => !known.has(item.client_id))];
  }
  if (action.type === "discard") return outbox.filter((item) => item.client_id !== action.client_id);
  return outbox.map((item) => (item.client_id === action.client_id ? changed(item, action) : item));
}

function changed(item: Outgoing, action: Extract<Action, { client_id: string }>): Outgoing {
  const { reason: _reason, detail: _detail, ...rest } = item;
  switch (action.type) {
    case "fail":
      return { ...rest, state: "failed", reason: action.reason, detail: action.detail };
    case "retry":
      return { ...rest, state: "queued" };
    case "unquote":
      return withoutQuote(item);
    case "uploaded":
      return {
        ...item,
        files: (item.files ?? []).map((file, at) => (at === action.at ? { ...file, upload: action.upload } : file)),
      };
    default:
      return item;
  }
}

function withoutQuote({ reply_to: _gone, ...rest }: Outgoing): Outgoing {
  return rest;
}

function withChanges(data: Data, messages: WMessage[], threads: Thread[]): Data {
  let next = data;
  for (const message of messages) next = withLog(next, message.thread, (log) => withMessage(log, message));
  const stored = new Set(messages.map((message) => message.client_id));
  const fresh = new Set(threads.map((one) => one.thread));
  const left = data.outbox.filter((item) => !stored.has(item.client_id));
  return {
    ...next,
    threads: inOrder([...threads, ...data.threads.filter((one) => !fresh.has(one.thread))]),
    outbox: left.length === data.outbox.length ? data.outbox : left,
  };
}

function withLog(data: Data, thread: string, change: (log: Log) => Log): Data {
  return { ...data, logs: { ...data.logs, [thread]: change(data.logs[thread] ?? NEW_LOG) } };
}

function withMessage(log: Log, message: WMessage): Log {
  const told = { ...log.told, [message.id]: message };
  const first = log.messages[0];
  const tooOld = log.has_before && first !== undefined && message.id < first.id;
  return { ...log, told, messages: log.loaded && !tooOld ? joined(log.messages, [message]) : log.messages };
}

function withPage(log: Log, page: Page): Log {
  const { told } = log;
  const from = page.has_before ? (page.messages[0]?.id ?? 0) : 0;
  const newer = Object.values(told).filter((message) => message.id >= from);
  return {
    told,
    loaded: true,
    has_before: page.has_before,
    messages: joined(log.messages, [...page.messages, ...newer]),
  };
}

/** Both lists by ascending id; of two with one id the later given stays. */
function joined(old: WMessage[], fresh: WMessage[]): WMessage[] {
  const byId = new Map(old.map((message) => [message.id, message]));
  for (const message of fresh) byId.set(message.id, message);
  return [...byId.values()].sort((a, b) => a.id - b.id);
}

function inOrder(threads: Thread[]): Thread[] {
  return [...threads].sort((a, b) => b.last_at - a.last_at);
}
