/** The wire shapes of the console's API. Times are milliseconds since the epoch, UTC. */
import type { AttachmentKind, Mark, MarkState, Rich, Attachment as SharedAttachment } from "@deskbridge/ui";
import type { Level } from "../store/calling.ts";
import type { Tune } from "../store/sound.ts";

export type { AttachmentKind, Mark, MarkState, Rich } from "@deskbridge/ui";

/**
 * Set `as_link`, a file was too large for the network: the customer was given an address of ours.
 * `size_limit`: how many bytes it may have had, where it was not kept for its size.
 */
export type Attachment = SharedAttachment & { as_link?: boolean; size_limit?: number };

/** What has begun to go of a person who is erased; what agents wrote on a surface themselves may stay there. */
export type Erased = { conversations: number; files: number; surfaces: { surface: string; ours: number; staffs: number }[] };

export type Role = "owner" | "supervisor" | "agent" | "viewer" | "bot";
export type Theme = "auto" | "light" | "dark";

/** The agent's own; null is what the company has in the YAML. */
export type Preferences = {
  theme: Theme;
  density: "comfortable" | "compact";
  locale: string;
  sort: string | null;
  sound: boolean;
  call_sound: boolean;
  tune: Tune;
  repeat: boolean | null;
  title_flash: boolean;
  desktop: boolean;
  toasts: boolean;
  hide_text: boolean;
  level: Level | null;
  customers: boolean | null;
  colleagues: boolean | null;
  notes: boolean | null;
  quiet_off_shift: boolean | null;
  muted: string[] | null;
  enter_sends: boolean;
  single_keys: boolean;
  keep_rail: boolean;
  /** To see and answer everybody's conversations, where that may be chosen (O34). */
  other_teams: boolean;
  rail_channels: boolean;
  hide_clients: boolean;
};

/** What the company has in the YAML; `inboxes` are those that this agent is told of (null: all), `teams` are theirs. */
export type Notify = {
  sound: boolean;
  call_sound: boolean;
  title_flash: boolean;
  desktop: boolean;
  level: Level;
  customers: boolean;
  colleagues: boolean;
  notes: boolean;
  repeat: boolean;
  quiet_off_shift: boolean;
  inboxes: string[] | null;
  teams: string[];
};

export type ShiftSpan = { start: number; end: number };

export type Me = { id: string; name: string; role: Role; email?: string; preferences: Preferences };
/** What the YAML says of an agent; null is what it does not say. `where`: `<file>:<line>` by key, for owners. */
export type Profile = {
  id: string;
  name: string;
  role: Role;
  email: string | null;
  teams: string[];
  languages: string[];
  limit: number | null;
  hours: string | null;
  slack: string[];
  telegram: string[];
  /** Whether they may put up another picture, or take theirs away. */
  may_edit: boolean;
  avatar_url?: string;
  where?: Record<string, string>;
};
export type Presence = "online" | "away" | "break" | "offline";
/** What one chooses: away one only becomes. */
export type PresenceChoice = Exclude<Presence, "away">;
/** `online`: a console of theirs is open; `presence`: whether they work. */
export type AgentRef = { id: string; name: string; role: Role; online: boolean; presence: Presence; avatar_url?: string; retired?: boolean };

export type Caps = {
  max_text: number | null;
  text_unit: "code_points" | "utf16" | "bytes";
  edits: boolean;
  deletes: boolean;
  quotes: boolean;
  typing: boolean;
  reports_delivered: boolean;
  reports_read: boolean;
  max_file: number;
  media: string[];
  /** What the network itself takes, in bytes, by kind of file. */
  limits: Partial<Record<AttachmentKind, number>>;
};

/** `kept_for`: for how many ms the network keeps what it cannot hand over to us, where that is known; `mailed`: customers who have left are mailed what they have not seen. */
export type Inbox = { id: string; kind: string; name: string; starts_by_link: boolean; leads_back?: boolean; capabilities: Caps; kept_for?: number | null; mailed?: boolean; shows_responsible?: boolean };

export type ChannelState = "starting" | "up" | "degraded" | "bad_credentials" | "down";

/** How a channel is; `down_since` and `warned` are about messages that do not come in, `gap` is the last such time that is over. */
export type ChannelHealth = {
  inbox: string;
  state: ChannelState;
  since: number;
  reason?: string;
  sentence?: string;
  down_since: number | null;
  warned: number;
  received_at: number | null;
  sent_at: number | null;
  gap: { begun: number; ended: number; lost: boolean } | null;
};

/** A channel or a group in which staff are shown conversations; `teams` are those it is for, `default` everybody else. While it is lost, its open conversations are `shown_at` others. `back` is the last such time that is over. */
export type SurfacePlace = {
  id: string;
  teams: string[];
  lost_since: number | null;
  sentence: string | null;
  shown_at: { surface: string; place: string; conversations: number }[];
  shown_nowhere: number;
  back: { begun: number; ended: number } | null;
};

/** Where staff answer besides this console; mail to agents goes by an inbox, `via`. */
export type SurfaceHealth = {
  id: string;
  kind: string;
  state: ChannelState;
  since: number;
  reason?: string;
  sentence?: string;
  sent_at: number | null;
  via: string | null;
  places: SurfacePlace[];
};

/** An API token of the agent's own: all but itself. */
export type ApiToken = { id: number; name: string; scope: "read" | "write"; created_at: number; expires_at: number | null; used_at: number | null };

/** A link into another inbox; `qr.path` draws the dark squares of the same in a field of `qr.size` by `qr.size`. */
export type Invitation = { url: string; qr: { size: number; path: string }; text: string; expires_at: number };

/** A field of a person that the YAML adds; its label is one text, or one by language. */
/** `in_panel`: it stands in the panel at once, and not only among all the fields. */
export type MoreField = { id: string; label: string | Record<string, string>; in_panel: boolean };

/** What the YAML lets conversations be about; `label` is one text, or one by language. Retired ones stand only where they stood. */
export type Topic = { id: string; label: string | Record<string, string>; retired?: boolean };
/** A kind of client; a pinned one stands under the name in the list. */
export type Tag = Topic & { color: string; pinned: boolean };
/** In how many conversations a tag is; 1001 means "1000+". */
export type TagCount = { id: string; count: number };

/** A status that agents give a conversation, beside its being open or closed. */
export type Status = Topic & { kind: "open" | "closed"; color: string };
/** `label` is one text, or one by language. */
export type TicketField = { id: string; label: string | Record<string, string>; type: "text" | "choice"; required: boolean; choices: { id: string; label: string | Record<string, string> }[] };
export type TicketKind = { id: string; label: string | Record<string, string>; fields: TicketField[] };
export type NewTicket = { target: string; title: string; text: string; fields: Record<string, string>; messages: number[] };
/** A task in the thread; `url` is where it is in the other system, if that has told. */
export type Ticket = { id: number; target: string; title: string; state: "queued" | "sent" | "failed"; reason?: string; url?: string };

export type Settings = {
  max_length: number;
  max_upload: number;
  large_files: "refuse" | "link";
  max_wait: number | null;
  /** Null where a wait always runs. */
  wait_hours: WaitHours | null;
  /** Conversations are handed only to who is online. */
  online_only: boolean;
  /** The agent does not see everything, and may choose to. */
  may_see_others: boolean;
  default_sort: string;
  locale: string;
  locales: string[];
  notify: Notify;
  panel: string[];
  visit: { page: boolean; utm: boolean; screen: boolean; ip: boolean };
  read_only_fields: string[];
  contact_fields: MoreField[];
  block: { choices: number[]; require_end: boolean };
  topic_required_to_close: boolean;
  /** A model drafts replies. */
  suggestions: boolean;
  meetings: boolean;
  other_topic: boolean;
  /** For how many ms what was deleted can be restored; null for ever. */
  deleted_kept_for: number | null;
  teams: Team[];
  automations: Team[];
};

/** A team of the YAML; its label is one text, or one for each language. */
export type Team = { id: string; label: string | Record<string, string> };

export type Right = "reports" | "own_reports" | "export" | "health" | "configuration" | "audit" | "people" | "sessions";

/** A signed-in browser; `used_at` is exact to a few minutes, `current` is this one. */
export type OpenSession = {
  id: number;
  agent: string;
  created_at: number;
  used_at: number;
  address: string | null;
  browser: string | null;
  system: string | null;
  current: boolean;
};

export type Session = {
  agent: Me;
  csrf: string;
  cursor: string;
  server_time: number;
  version: string;
  inboxes: Inbox[];
  channels: ChannelHealth[];
  surfaces: SurfaceHealth[];
  agents: AgentRef[];
  topics: Topic[];
  tags: Tag[];
  statuses: Status[];
  tickets: TicketKind[];
  sorts: string[];
  rights: Right[];
  settings: Settings;
};

/** Whoever has signed in without the second factor that the desk demands, and can only set one up. */
export type FactorDue = { second_factor_due: true; name: string; csrf: string };
/** `since` is null without one. */
export type OwnFactor = { mode: "off" | "optional" | "required"; since: number | null; recovery_left: number };
/** What an authenticator app is to learn. */
export type ToLearn = { secret: string; url: string; qr: { size: number; path: string } };

export type FolderId = "new" | "mine" | "all" | "closed" | "deleted";
/** Conversations of a list; 1001 means "1000+", so that the difference of two says nothing. */
export type Count = { unread: number; total: number };
/** A team's open conversations that the agent sees. */
export type TeamCount = Count & { id: string };
/** A list within a folder: of All what nobody has answered, of Mine whose notes one takes part in and what is over. */
export type Part = "unanswered" | "internal" | "closed" | "snoozed";
/** `taken`: those of All that somebody has. `channels`: the open ones of each inbox that has any. `deleted` is there for who sees what was deleted. */
export type Folders = Record<Exclude<FolderId, "deleted"> | "taken" | "unanswered" | "snoozed" | "mine_snoozed", Count> & {
  unread_total: number;
  channels: Record<string, Count>;
  teams: TeamCount[];
  deleted?: Count;
};

export type Verb =
  | "reply"
  | "note"
  | "take"
  | "release"
  | "assign"
  | "close"
  | "reopen"
  | "join"
  | "leave"
  | "add_participant"
  | "edit_contact"
  | "set_topics"
  | "set_status"
  | "tag"
  | "retry"
  | "edit_message"
  | "delete_message"
  | "delete_any_message"
  | "block"
  | "unblock"
  | "delete"
  | "restore"
  | "purge"
  | "ticket"
  | "snooze";

export type Last = {
  kind: MessageKind;
  author: string | null;
  text: string;
  attachment?: AttachmentKind;
  at: number;
  message_id: number;
};

export type Conversation = {
  id: number;
  inbox: string;
  thread: string;
  contact: { id: number; name: string | null; tags: string[]; avatar_url?: string; email?: string };
  /** The account of the contact that writes here. */
  identity: number;
  state: "open" | "closed" | "deleted";
  assignee: string | null;
  participants: string[];
  is_new: boolean;
  incoming_count: number;
  waiting_since: number | null;
  language: string | null;
  created_at: number;
  last_at: number;
  closed_at: number | null;
  closed_by?: string;
  /** "program" for as long as no agent has answered and the program has. */
  answered_by?: "program" | "agent";
  /** The score that the customer gave last. */
  rated?: number;
  item?: Item;
  /** Whose it is to answer, by an id of the YAML. */
  team?: string;
  blocked: boolean;
  block?: Block;
  last: Last | null;
  /** Who wrote last; `last` may be a note. */
  last_by: "customer" | "agent" | null;
  topics: string[];
  /** What an agent typed beside the topics. */
  other_topic?: string;
  /** The status it was given; without it, an open one has the first open status there is. */
  status?: string;
  /** Since when time stands still for it. */
  paused_at?: number;
  /** Until when it is out of the way, and who has put it there. */
  snoozed_until?: number;
  snoozed_by?: string;
};

/** Outside of which hours a wait stands still: when each are open between `since` and `until`, and whose they are. */
export type WaitHours = {
  since: number;
  until: number;
  spans: Record<string, [number, number][]>;
  teams: Record<string, string>;
  inboxes: Record<string, string>;
};

/** A time that is offered to have a conversation back at. */
export type SnoozeChoice = "1h" | "3h" | "tomorrow" | "next_week";

/** One account, or the whole person whatever they write from. */
export type BlockScope = "identity" | "contact";
export type BlockOrder = { scope: BlockScope; until: number | null; reason: string };

/** That a customer is kept away; `until: null` is for ever, `by` an agent, or null for an automation. */
export type Block = BlockOrder & { id: number; by: string | null; at: number };

/** `refused` messages were not taken; without `lifted_by` it ended by itself. */
export type PastBlock = Block & { refused: number; identity?: number; ended_at?: number; lifted_by?: string };

/** What a conversation is about in another system: an order, a ticket, a task. */
export type Item = { label: string; url?: string };

export type DraftKind = "reply" | "note";

export type Row = {
  conversation: Conversation;
  can: Verb[];
  mine: boolean;
  /** I take part in its notes. */
  following: boolean;
  mark: { seen: number; message_id: number };
  draft: { kind: DraftKind; text: string } | null;
};

export type MessageKind = "incoming" | "outgoing" | "note" | "activity";

export type Author = { kind: "customer" | "agent" | "system"; id?: string; name?: string };
export type Quoted = { id: number; text: string; author: string | null; kind: MessageKind };

/** What there is of a message beside the text that is shown: all of its words, its page as it was sent. */
export type More = { text_url?: string; original?: boolean };
export type Original = { url: string; remote_pictures: number };

/** `planned` means at `at`; `to` has most of its name left out. */
export type Mailed = { state: MarkState | "planned"; at: number; to: string; reason?: string; may_be_double?: boolean };

/** What a line of the thread stands for: messages over the limit of the customer, of the inbox or of an address. */
export type Flood = { why: "sender" | "inbox" | "address"; held: number; ended_at?: number };

export type Message = {
  id: number;
  conversation_id: number;
  kind: MessageKind;
  author: Author;
  text: string;
  rich?: Rich;
  lang?: string;
  reply_to?: Quoted;
  attachments: Attachment[];
  at: number;
  edited_at?: number;
  deleted?: boolean;
  revision: number;
  mark?: Mark;
  /** How it goes by mail to a customer who has left the site, or went. */
  mail?: Mailed;
  /** By which inbox a customer's message has come; their conversation may have begun in another. */
  inbox?: string;
  client_id?: string;
  /** When the customer wrote it, where it came much later. */
  sent_at?: number;
  /** Whether the sender is proven, where a network lets people write in others' names. */
  verified?: boolean;
  more?: More;
  activity?: { verb: string; data: Record<string, unknown> };
  /** The agents whom a note calls by name. */
  mentions?: string[];
  ticket?: Ticket;
  flood?: Flood;
};

export type Identity = {
  id: number;
  inbox: string;
  kind: string;
  external_id: string;
  name?: string;
  username?: string;
  profile_url?: string;
  verified: boolean;
  first_seen: number;
};

export type Contact = {
  id: number;
  name: string | null;
  email: string | null;
  phone: string | null;
  language: string | null;
  created_at: number;
  avatar_url?: string;
  attributes: Record<string, string>;
  identities: Identity[];
  joins: Join[];
  blocks: PastBlock[];
};

/** Another person whom an agent found to be this one. */
export type Join = { id: number; name: string | null; by: string; at: number };

export type ContactField = "name" | "email" | "phone" | "language";
export type ContactNote = { id: number; text: string; by: string; at: number };

export type Visit = {
  ip?: string;
  browser?: string;
  os?: string;
  device?: string;
  screen?: string;
  language?: string;
  first_url?: string;
  first_title?: string;
  referrer?: string;
  current_url?: string;
  current_title?: string;
  open_pages: number;
  started_at: number;
  seconds: number;
  online: boolean;
  utm?: Record<string, string>;
  source?: string;
};

export type Snippet = { text: string; hit: boolean };
export type Hit = {
  row: Row;
  message: { id: number; at: number; author: Author | string | null; kind: MessageKind; snippet: Snippet[] } | null;
};

export type QuickReply = { id: string | number; shortcut: string; title: string; text: string; source: "yaml" | "agent" };
export type DraftText = { text: string; revision: number };
export type AttachmentItem = { attachment: Attachment; message_id: number; at: number };

export type ConversationPage = { rows: Row[]; next: string | null; cursor: string };
export type ConversationDetail = { row: Row; contact: Contact; visit: Visit | null; notes_count: number; cursor: string };
export type MessagePage = { messages: Message[]; has_before: boolean; has_after: boolean; cursor: string };

export type BulkVerb = "assign" | "assign_team" | "close" | "reopen" | "status" | "topic" | "tag" | "read" | "snooze" | "delete" | "restore" | "purge";
/** `to` is an agent, a team, a status, a topic, a tag or a time; with "close", the topic for those that need one. */
export type BulkOrder = { do: BulkVerb; to?: string };
export type Refusal = { id: number; contact: string | null; code: string; detail?: Record<string, unknown> };
export type BulkOutcome = { done: number[]; refused: Refusal[]; cursor: string };

/** What a list is asked for, under a name; a shared one is in everybody's rail. */
export type View = { id: number; name: string; owner: string; shared: boolean; query: ViewQuery };
export type ViewQuery = { folder: FolderId; sort?: string } & Record<string, string | number | boolean>;

export type ChangesFrame = {
  type: "changes";
  cursor: string;
  rows: Row[];
  messages: Message[];
  gone: number[];
  contacts: number[];
  visits: number[];
};

/** What has changed of a colleague; the other half stays. */
export type PresenceChange = { id: string; online?: boolean; presence?: Presence };

export type LiveFrame =
  | { type: "hello"; cursor: string; server_time: number }
  | { type: "reset"; of?: "configuration"; within?: number }
  | { type: "views" }
  | { type: "chats" }
  | { type: "surfaces" }
  | ChangesFrame
  | { type: "channels"; channels: ChannelHealth[] }
  | { type: "folders"; folders: Folders }
  | { type: "preferences"; preferences: Preferences }
  | { type: "typing"; conversation_id: number; who: { kind: "customer" } | { kind: "agent"; id: string } }
  | { type: "viewing"; conversation_id: number; agents: string[] }
  | { type: "presence"; agents: PresenceChange[] }
  | { type: "photos"; photos: Record<string, string> }
  | { type: "pong"; server_time: number }
  | { type: "signed_out" };
