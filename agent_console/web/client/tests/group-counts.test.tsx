/** What stands beside New and In work in All: how many there are, as far as that is known. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Folders, Row } from "../src/api/types.ts";
import { ConversationList } from "../src/components/conversation-list.tsx";
import { folders, forgetEverything } from "../src/store/desk.ts";
import { ensure, filters, folder, forgetPages } from "../src/store/list.ts";
import { adopt } from "../src/store/session.ts";
import { row, session } from "./samples.ts";
import { show } from "./show.ts";

// Nothing here scrolls, and it would want React.
vi.mock("virtua", () => ({ Virtualizer: ({ children }: { children: unknown }) => children }));

const none = { unread: 0, total: 0 };
const counted = (untaken: number, taken: number | undefined): Folders => {
  const all = { unread: 0, total: Math.min(1001, untaken + (taken ?? 0)) };
  const known = { new: { unread: 0, total: untaken }, all, mine: none, closed: none, unanswered: none, snoozed: none, mine_snoozed: none };
  return { ...known, ...(taken !== undefined && { taken: { unread: 0, total: taken } }), channels: {}, teams: [], unread_total: 0 } as Folders;
};

async function heads(loaded: readonly Row[], next: string | null): Promise<(string | null)[]> {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify({ rows: loaded, next }))));
  await ensure();
  return [...show(<ConversationList />).querySelectorAll(".group-head")].map((one) => one.textContent);
}

const rows = [row({ id: 3 }), row({ id: 2, assignee: "anna" }), row({ id: 1, assignee: "lucia" })];

beforeEach(() => {
  adopt(session());
  folder.value = "all";
});
afterEach(() => {
  vi.unstubAllGlobals();
  forgetEverything();
  forgetPages();
  filters.value = {};
});

describe("the headings in All", () => {
  it("D43 have the server's counts", async () => {
    folders.value = counted(7, 12);
    expect(await heads(rows, "page-2")).toEqual(["New · 7", "In work · 12"]);
  });

  it("say 1000+ of what is more, and what is in work whatever the others are", async () => {
    folders.value = counted(1001, 42);
    expect(await heads(rows, "page-2")).toEqual(["New · 1000+", "In work · 42"]);
    folders.value = counted(400, 1001);
    expect(await heads(rows, "page-2")).toEqual(["New · 400", "In work · 1000+"]);
  });

  it("count what is loaded where a filter narrows it: all of a group once the next has begun", async () => {
    folders.value = counted(7, 12);
    filters.value = { language: "uk" };
    const ours = [row({ id: 3, language: "uk" }), row({ id: 2, assignee: "anna", language: "uk" }), row({ id: 1, assignee: "lucia", language: "uk" })];
    expect(await heads(ours, "page-2")).toEqual(["New · 1", "In work · 2+"]);
  });

  it("count what is loaded where a server of the version before does not say", async () => {
    folders.value = counted(7, undefined);
    expect(await heads(rows, null)).toEqual(["New · 7", "In work · 2"]);
  });
});
