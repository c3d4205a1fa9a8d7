import { describe, expect, it } from "vitest";
import { NothingOpen } from "../src/components/nothing-open.tsx";
import { folders } from "../src/store/desk.ts";
import { show } from "./show.ts";

const none = { unread: 0, total: 0 };
const heading = (waiting: number, unread: number): string | null | undefined => {
  const mine = { unread, total: 3 };
  folders.value = { new: { unread: 0, total: waiting }, mine, all: none, closed: none, unanswered: none, snoozed: none, mine_snoozed: none, unread_total: unread, channels: {}, teams: [] };
  return show(<NothingOpen />).querySelector("h1")?.textContent;
};

describe("no conversation is open", () => {
  it("says that all is answered only where nobody is waiting and nothing of one's own is unread", () => {
    expect(heading(2, 1)).toBe("2 new conversations are waiting");
    expect(heading(0, 1)).toBe("1 conversation of yours is unread");
    expect(heading(0, 0)).toBe("All answered");
  });
});
