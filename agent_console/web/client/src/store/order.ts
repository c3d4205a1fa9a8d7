import { NONE, OTHER, type Filters, type ListQuery } from "../api/endpoints.ts";
import type { Conversation, FolderId, Part, Row } from "../api/types.ts";
import type { Known } from "./fresh.ts";
import { statusOf } from "./statuses.ts";
import { isBot } from "./session.ts";

/** The same order as the server's: whoever comes first has the smaller key, element by element. */
type Key = readonly number[];

const sorts: Record<string, (of: Conversation) => Key> = {
  processing: (of) => (of.waiting_since !== null && of.state === "open" ? [0, of.waiting_since, of.id] : [1, -of.last_at, -of.id]),
  activity: (of) => [-of.last_at, -of.id],
  oldest: (of) => [of.last_at, of.id],
  newest: (of) => [-of.id],
};

export function sortKey(conversation: Conversation, query: ListQuery): Key {
  const key = (sorts[query.sort] ?? sorts["activity"]!)(conversation);
  return query.folder === "all" && query.part === undefined ? [group(conversation), ...key] : key;
}

/** In All, the untaken come first (0), then those in work (1), then snoozed (2) and closed ones (3) where they are asked for. */
export function group(conversation: Conversation): 0 | 1 | 2 | 3 {
  if (conversation.state === "closed") return 3;
  if (isSnoozed(conversation)) return 2;
  return conversation.assignee === null ? 0 : 1;
}

export function compare(a: Key, b: Key): number {
  for (let at = 0; at < a.length; at += 1) {
    const difference = a[at]! - b[at]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether it is out of the way for now: then it stands in the lists of such alone. */
const isSnoozed = (conversation: Conversation): boolean => conversation.snoozed_until !== undefined;

/** The lists within a folder, as the server has them. */
const parts: Record<Part, (row: Row, folder: FolderId) => boolean> = {
  unanswered: ({ conversation }) => conversation.state === "open" && conversation.answered_by === undefined && !isSnoozed(conversation),
  snoozed: ({ conversation, mine }, folder) => conversation.state === "open" && isSnoozed(conversation) && (folder === "all" || mine),
  internal: ({ conversation, following }) => conversation.state === "open" && following,
  closed: ({ conversation, mine, following }) => conversation.state === "closed" && (mine || following),
};

export function inFolder(row: Row, query: ListQuery): boolean {
  const { state, assignee } = row.conversation;
  if (query.folder === "deleted" || state === "deleted") return query.folder === state;
  if (query.part !== undefined) return parts[query.part](row, query.folder);
  if (query.folder === "closed") return state === "closed";
  if (query.folder === "all" && query.status === "any") return true;
  if (isSnoozed(row.conversation)) return false;
  if (query.folder === "all") return state === (query.status ?? "open");
  if (state === "closed") return false;
  return query.folder === "new" ? assignee === null : row.mine;
}

const NOTHING_PINNED: ReadonlySet<string> = new Set();

type Passes = (of: Conversation, wanted: string, pinned: ReadonlySet<string>) => boolean;

/** Each filter as the server has it, so that a row comes and goes as it changes. */
const filters: Partial<Record<keyof Filters, Passes>> = {
  inbox: (of, wanted) => of.inbox === wanted,
  assignee: (of, wanted) => of.assignee === wanted,
  language: (of, wanted) => of.language === wanted,
  last_by: (of, wanted) => of.last_by === wanted,
  contact: (of, wanted) => String(of.contact.id) === wanted,
  team: (of, wanted) => (wanted === NONE ? of.team === undefined : of.team === wanted),
  topic: hasTopic,
  tags: ({ contact }, wanted) => (wanted === NONE ? contact.tags.length === 0 : wanted.split(",").every((tag) => contact.tags.includes(tag))),
  has_status: (of, wanted) => statusOf(of) === wanted,
  bot: ({ assignee }) => isBot(assignee),
  pinned: ({ contact }, _, pinned) => contact.tags.some((tag) => pinned.has(tag)),
};

function hasTopic({ topics, other_topic }: Conversation, wanted: string): boolean {
  if (wanted === NONE) return topics.length === 0 && other_topic === undefined;
  return wanted === OTHER ? other_topic !== undefined : topics.includes(wanted);
}

/** `pinned` are the tags that the YAML has pinned. */
export function passes(row: Row, query: Filters, pinned: ReadonlySet<string>): boolean {
  return (Object.keys(filters) as (keyof Filters)[]).every((name) => {
    const wanted = query[name];
    return wanted === undefined || filters[name]!(row.conversation, String(wanted), pinned);
  });
}

/**
 * The rows a list shows, in order. `edge` is the key of the last row of the last page loaded (null: all pages are
 * here): what sorts after it belongs to a page still to come, even if the socket has already told of it.
 */
export function select(known: Known<Row>, query: ListQuery, edge: Key | null, pinned: ReadonlySet<string> = NOTHING_PINNED): Row[] {
  const keyed: { row: Row; key: Key }[] = [];
  for (const { value: row } of known.values()) {
    if (!inFolder(row, query) || !passes(row, query, pinned)) continue;
    const key = sortKey(row.conversation, query);
    if (edge === null || compare(key, edge) <= 0) keyed.push({ row, key });
  }
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ row }) => row);
}

export function unread(row: Row): number {
  return Math.max(0, row.conversation.incoming_count - row.mark.seen);
}
