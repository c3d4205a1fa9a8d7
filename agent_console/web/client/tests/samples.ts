/** Rows and messages to test with; every field can be given. */
import type { Caps, ChangesFrame, ChannelHealth, Conversation, Message, Notify, Preferences, Row, Session } from "../src/api/types.ts";

export const T0 = 1_760_000_000_000;

export function conversation(part: Partial<Conversation> & { id: number }): Conversation {
  return {
    inbox: "site",
    thread: "",
    contact: { id: part.id, name: `Олена ${part.id}`, tags: [] },
    identity: part.id,
    state: "open",
    assignee: null,
    participants: [],
    is_new: false,
    incoming_count: 1,
    waiting_since: null,
    language: null,
    created_at: T0,
    last_at: T0,
    closed_at: null,
    blocked: false,
    last: null,
    last_by: null,
    topics: [],
    ...part,
  };
}

export function row(part: Partial<Conversation> & { id: number }, own: Partial<Row> = {}): Row {
  return { conversation: conversation(part), can: [], mine: false, following: false, mark: { seen: 0, message_id: 0 }, draft: null, ...own };
}

export function message(part: Partial<Message> & { id: number }): Message {
  return {
    conversation_id: 1,
    kind: "incoming",
    author: { kind: "customer" },
    text: `Добрий день ${part.id} 🦊`,
    attachments: [],
    at: T0 + part.id * 1000,
    revision: 1,
    ...part,
  };
}

export function changes(part: Partial<ChangesFrame>): ChangesFrame {
  return { type: "changes", cursor: "e-1", rows: [], messages: [], gone: [], contacts: [], visits: [], ...part };
}

/** A message of Anna's, who is signed in. */
export function own(part: Partial<Message> & { id: number }): Message {
  return message({ kind: "outgoing", author: { kind: "agent", id: "anna" }, mark: { state: "read", at: T0 }, ...part });
}

export const caps = (part: Partial<Caps> = {}): Caps => ({
  max_text: null,
  text_unit: "code_points",
  edits: false,
  deletes: false,
  quotes: true,
  typing: true,
  reports_delivered: true,
  reports_read: true,
  max_file: 4 * 1024 * 1024,
  media: ["image", "file"],
  limits: { image: 4 * 1024 * 1024, file: 4 * 1024 * 1024 },
  ...part,
});

export const channel = (part: Partial<ChannelHealth> & { inbox: string }): ChannelHealth => ({
  state: "up",
  since: T0,
  down_since: null,
  warned: 0,
  received_at: null,
  sent_at: null,
  gap: null,
  ...part,
});

const preferences: Preferences = {
  theme: "auto",
  density: "comfortable",
  locale: "en",
  sort: null,
  sound: true,
  call_sound: true,
  tune: "notes",
  repeat: null,
  title_flash: true,
  desktop: false,
  toasts: true,
  hide_text: false,
  level: null,
  customers: null,
  colleagues: null,
  notes: null,
  quiet_off_shift: null,
  muted: null,
  enter_sends: false,
  single_keys: true,
  keep_rail: false,
  other_teams: false,
  rail_channels: true,
  hide_clients: false,
};

/** What the YAML has where it says nothing. */
export const notify: Notify = {
  sound: true,
  call_sound: true,
  title_flash: true,
  desktop: true,
  level: "teams",
  customers: true,
  colleagues: true,
  notes: true,
  repeat: false,
  quiet_off_shift: false,
  inboxes: null,
  teams: [],
};

export function session(part: Partial<Session> = {}): Session {
  return {
    agent: { id: "anna", name: "Анна Коваль", role: "agent", preferences },
    csrf: "token",
    cursor: "e-0",
    server_time: Date.now(),
    version: "0",
    tickets: [],
    inboxes: [
      { id: "site", kind: "widget", name: "Website", starts_by_link: false, kept_for: null, capabilities: caps() },
      { id: "shop_tg", kind: "telegram", name: "Shop bot", starts_by_link: false, kept_for: 86_400_000, capabilities: caps({ max_file: 1024 * 1024, reports_read: false }) },
      { id: "other_tg", kind: "telegram", name: "Служба доставки", starts_by_link: false, kept_for: 86_400_000, capabilities: caps({ quotes: false }) },
    ],
    channels: ["site", "shop_tg", "other_tg"].map((inbox) => channel({ inbox })),
    agents: [
      { id: "anna", name: "Анна Коваль", role: "agent", online: true, presence: "online" },
      { id: "lucia", name: "Lucía", role: "agent", online: false, presence: "offline" },
      { id: "olena", name: "Олена Шевчук", role: "agent", online: true, presence: "online" },
      { id: "boss", name: "Boss", role: "viewer", online: true, presence: "online" },
    ],
    topics: [
      { id: "prices", label: { en: "Prices", uk: "Ціни" } },
      { id: "orders", label: "Orders" },
      { id: "old", label: "An old one", retired: true },
    ],
    statuses: [],
    tags: [
      { id: "vip", label: "VIP", color: "#d97706", pinned: true },
      { id: "gross", label: { en: "Wholesale", uk: "Гурт" }, color: "#0f766e", pinned: false },
      { id: "debtor", label: "Debtor", color: "#b91c1c", pinned: true },
    ],
    rights: [],
    sorts: ["processing", "activity", "oldest", "newest"],
    settings: {
      max_length: 2000,
      max_upload: 4 * 1024 * 1024,
    large_files: "refuse",
      max_wait: 180_000,
      wait_hours: null,
      online_only: false,
      may_see_others: false,
      default_sort: "processing",
      locale: "en",
      locales: ["en", "ru", "uk", "es"],
      notify,
      panel: ["contact", "visit", "source", "notes", "attachments", "conversations"],
      visit: { page: true, utm: true, screen: true, ip: true },
      read_only_fields: [],
      contact_fields: [],
      block: { choices: [3_600_000, 86_400_000, 604_800_000], require_end: false },
      topic_required_to_close: false,
      suggestions: false,
      meetings: false,
      other_topic: true,
      automations: [],
      deleted_kept_for: null,
      teams: [
        { id: "sales", label: { en: "Sales", uk: "Продажі" } },
        { id: "support", label: "Support" },
      ],
    },
    ...part,
  };
}
