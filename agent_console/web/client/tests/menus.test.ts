/**
 * What the menus of a conversation have, in the table of the house: by role, state of things and
 * kind. That the verbs in it are those of the API is checked by `test_menus.py`.
 */
import { beforeEach, describe, expect, it } from "vitest";
import table from "../../../../tests/agent_console/menus.txt?raw";
import type { Conversation, Role, Row, Verb } from "../src/api/types.ts";
import { moreItems } from "../src/components/conversation-header.tsx";
import { isItem, type MenuEntry } from "../src/components/menu.tsx";
import { rowMenu } from "../src/components/row-menu.ts";
import { adopt } from "../src/store/session.ts";
import { row, session } from "./samples.ts";

type Case = { role: Role; situation: string; kind: string; can: Verb[]; more: string[]; row: string[] };

/** Of a heading, its roles, states and kinds apart; below it, lines of a name and its words. */
function cases(): Case[] {
  const found: Case[] = [];
  let open: Case[] = [];
  for (const line of table.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [name, ...words] = line.trim().split(/\s+/);
    if (line.startsWith(" ")) {
      for (const one of open) Object.assign(one, { [name!]: words });
      continue;
    }
    const [roles, situations, kinds] = line.split("|").map((part) => part.trim().split(/\s+/)) as [Role[], string[], string[]];
    open = roles.flatMap((role) => situations.flatMap((situation) => kinds.map((kind): Case => ({ role, situation, kind, can: [], more: [], row: [] }))));
    found.push(...open);
  }
  return found;
}

const standings: Record<string, Partial<Conversation>> = {
  assignee: { assignee: "anna" },
  participant: { assignee: "lucia", participants: ["anna"] },
  colleague: { assignee: "lucia" },
  untaken: {},
  left_with: { participants: ["anna"] },
  beside_bot: { assignee: "robot" },
  blocked: { assignee: "anna", blocked: true },
  closed: { state: "closed", assignee: "anna" },
  deleted: { state: "deleted", assignee: "anna" },
};

/** In the shop's own bot customers of the site can be asked to go on. */
function enter(role: Role): void {
  const known = session();
  adopt({
    ...known,
    agent: { ...known.agent, role },
    inboxes: known.inboxes.map((one) => ({ ...one, starts_by_link: one.id === "shop_tg" })),
    statuses: [{ id: "active", label: "Active", kind: "open", color: "#0f766e" }],
  });
}

const rowOf = ({ situation, kind, can }: Case): Row => row({ id: 1, inbox: kind === "telegram" ? "shop_tg" : "site", ...standings[situation] }, { can });

/** The ids of what is there; what waits until it is open again stands in brackets. */
const ids = (entries: readonly MenuEntry[]): string[] => entries.filter(isItem).map((one) => (one.disabled ? `(${one.id})` : one.id));

beforeEach(() => localStorage.clear());

describe("a conversation's menus", () => {
  it.each(cases())("R39 of $role, $situation, $kind, are those of the table", (one) => {
    enter(one.role);
    const what = rowOf(one);
    expect({ more: ids(moreItems(what)), row: ids(rowMenu(what)) }).toEqual({ more: one.more, row: one.row });
  });
});
