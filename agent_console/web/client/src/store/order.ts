import type { ListQuery } from "../api/endpoints.ts";
import type { Conversation, Row } from "../api/types.ts";
import type { Known } from "./fresh.ts";

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
  return query.folder === "all" ? [group(conversation), ...key] : key;
}

/** In All, the untaken come first (0), then those in work (1), then closed ones where they are asked for (2). */
export function group(conversation: Conversation): 0 | 1 | 2 {
  if (conversation.state === "closed") return 2;
  return conversation.assignee === null ? 0 : 1;
}

export function compare(a: Key, b: Key): number {
  for (let at = 0; at < a.length; at += 1) {
    const difference = a[at]! - b[at]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

export function inFolder(row: Row, query: ListQuery): boolean {
  const { state, assignee } = row.conversation;
  if (query.folder === "closed") return state === "closed";
  if (query.folder === "all") return state === "open" || (query.with_closed ?? false);
  if (state === "closed") return false;
  return query.folder === "new" ? assignee === null : row.mine;
}

export function passes(row: Row, query: Pick<ListQuery, "inbox" | "assignee" | "language">): boolean {
  const { inbox, assignee, language } = row.conversation;
  if (query.inbox !== undefined && inbox !== query.inbox) return false;
  if (query.assignee !== undefined && assignee !== query.assignee) return false;
  return query.language === undefined || language === query.language;
}

/**
 * The rows a list shows, in order. `edge` is the key of the last row of the last page loaded (null: all pages are
 * here): what sorts after it belongs to a page still to come, even if the socket has already told of it.
 */
export function select(known: Known<Row>, query: ListQuery, edge: Key | null): Row[] {
  const keyed: { row: Row; key: Key }[] = [];
  for (const { value: row } of known.values()) {
    if (!inFolder(row, query) || !passes(row, query)) continue;
    const key = sortKey(row.conversation, query);
    if (edge === null || compare(key, edge) <= 0) keyed.push({ row, key });
  }
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ row }) => row);
}

export function unread(row: Row): number {
  return Math.max(0, row.conversation.incoming_count - row.mark.seen);
}
