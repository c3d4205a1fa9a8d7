import type { Attachment, Rich } from "@deskbridge/ui";

/** What the widget and the server say to each other. Times are milliseconds since the epoch, UTC. */

export type Theme = { color: string | null; position: "right" | "left"; mode: "auto" | "light" | "dark" };
export type PreChatField = { field: string; label?: string; required: boolean };
export type Collect = { page: boolean; utm: boolean; screen: boolean; ip: boolean };

export type WidgetConfig = {
  key: string;
  name: string;
  greeting: string | null;
  theme: Theme;
  locale: string;
  locales: string[];
  pre_chat: PreChatField[];
  max_upload: number;
  max_length: number;
  collect: Collect;
  /** The networks on which a conversation can go on. */
  continue_via: string[];
};

/** Where a conversation goes on; `qr.path` draws the dark squares of the same in a field of `qr.size` by `qr.size`. */
export type StartLink = { url: string; qr: { size: number; path: string }; expires_at: number | null };

export type Visit = {
  url?: string;
  title?: string;
  referrer?: string;
  screen?: string;
  language?: string;
  first_url?: string;
  first_title?: string;
  started_at?: number;
  utm?: Record<string, string>;
  attributes?: Record<string, string>;
  tab: string;
};

export type Party = "visitor" | "agent" | "system";

/** Who answers, as far as visitors know one; the address of their picture is signed. */
export type Agent = { name: string; avatar_url?: string };

export type Thread = {
  thread: string;
  state: "open" | "closed";
  last_at: number;
  last_text: string;
  last_from: Party;
  unread: number;
  agent: Agent | null;
  agent_read_id: number;
};

export type Quote = { id: number; text: string; from: Party };

/** An answer offered under a message. Once one is chosen, none can be pressed. */
export type Button = { id: string; text: string; chosen?: boolean };

export type WMessage = {
  id: number;
  thread: string;
  from: Party;
  client_id?: string;
  author?: Agent;
  text: string;
  rich?: Rich;
  attachments: Attachment[];
  reply_to?: Quote;
  at: number;
  edited?: boolean;
  deleted?: boolean;
  buttons?: Button[];
  activity?: { verb: "joined" | "closed" | "reopened"; name?: string };
};

/** The visitor may not write until a time, or for ever. */
export type Block = { until: number | null };

export type Visitor = { name?: string; email?: string; verified: boolean };

export type Session = {
  token: string;
  config: WidgetConfig;
  visitor: Visitor;
  threads: Thread[];
  cursor: string;
  server_time: number;
  block: Block | null;
};

export type Page = { messages: WMessage[]; has_before: boolean; cursor: string };

/** The conversation that a link has brought the visitor back to; none if it is no longer good. */
export type CameBack = { thread: string | null };

/** Frames from the server's websocket. */
export type LiveFrame =
  | { type: "hello"; cursor: string; server_time: number }
  | { type: "reset" }
  | { type: "changes"; cursor: string; messages: WMessage[]; threads: Thread[] }
  | { type: "typing"; thread: string; name: string }
  | { type: "block"; block: Block | null }
  | { type: "pong" };
