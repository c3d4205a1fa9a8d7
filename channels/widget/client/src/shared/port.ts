import type { WidgetConfig } from "./protocol.ts";

/** What the loader on the host page and the frame say to each other, over a MessagePort of their own. */

/** What the site says of its visitor: a signed identity, or contact fields without proof. */
export type Who = { token?: string; name?: string; email?: string; phone?: string };

/** A message on its way. It stays in the host's storage until the server has answered for it. */
export type Outgoing = {
  client_id: string;
  thread: string;
  text: string;
  at: number;
  state: "queued" | "failed";
  /** Why it failed: a code that the frame has words for. */
  reason?: string;
  detail?: Record<string, unknown>;
  reply_to?: { id: number; text: string; from: "visitor" | "agent" | "system" };
  /** Files in the order they were picked; `upload` is the server's id once it has the bytes. */
  files?: { name: string; type: string; size: number; upload?: string }[];
  pre_chat?: Record<string, string>;
};

/** What the frame wants remembered in this browser beside the outbox. */
export type Kept = {
  /** The pre-chat form was answered or passed over. */
  asked?: boolean;
  answers?: Record<string, string>;
  drafts?: Record<string, string>;
  emoji?: string[];
  /** The panel's size before it was expanded. */
  size?: number[];
};

/** Where and how this visit began, as the loader keeps it. */
export type SavedVisit = PageSeen & { referrer: string; started_at: number };

export type PageSeen = { url: string; title: string };

/** What this browser remembers for one widget, in the host page's localStorage; all tabs share it. */
export type Stored = {
  token?: string;
  /** Whose token that is, by a name the frames make up: a refreshed token leaves it as it is. */
  person?: string;
  visit?: SavedVisit;
  /** When a page of the site was last opened. */
  seen_at?: number;
  kept?: Kept;
  /** The panel's width and height in pixels, as dragged or expanded by the frame. */
  size?: number[];
  /** Unsent messages, by the tab they were written in: no tab overwrites what another has queued. */
  [outbox: `outbox:${string}`]: Outgoing[] | undefined;
};

/** What one tab remembers, in its sessionStorage. */
export type TabStored = {
  open?: boolean;
  /** The token of a link back, until the server has answered for it. */
  back?: string | undefined;
};

/**
 * Everything the loader knows, sent whole whenever any of it changes: the frame acts on what differs, so a message
 * that comes twice or late does no harm.
 */
export type HostState = {
  config: WidgetConfig;
  who: Who;
  attributes: Record<string, string>;
  stored: Stored;
  page: PageSeen;
  /** A random id of this page as it was loaded; a duplicated tab has another. */
  tab: string;
  /** The token of a link that has brought the visitor to this tab. */
  back?: string | undefined;
  open: boolean;
  /** The panel was opened by a person just now, who expects to type. */
  focus: boolean;
};

export type ToLoader =
  | { type: "save"; data: Partial<Stored>; tab?: TabStored }
  | { type: "unread"; count: number }
  | { type: "close" }
  | { type: "message"; id: number; text: string }
  | { type: "error"; code: string };
