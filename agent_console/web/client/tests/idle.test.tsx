import { describe, expect, it } from "vitest";
import { NothingOpen } from "../src/components/nothing-open.tsx";
import { speak } from "../src/i18n/index.ts";
import { folders } from "../src/store/desk.ts";
import { show } from "./show.ts";

const none = { unread: 0, total: 0 };
const heading = (waiting: number, unread: number): string | null | undefined => {
  const mine = { unread, total: 3 };
  folders.value = { new: { unread: 0, total: waiting }, mine, all: none, taken: none, closed: none, unanswered: none, snoozed: none, mine_snoozed: none, unread_total: unread, channels: {}, teams: [] };
  return show(<NothingOpen />).querySelector("h1")?.textContent;
};

describe("no conversation is open", () => {
  it("says that all is answered only where nobody is waiting and nothing of one's own is unread", () => {
    expect(heading(2, 1)).toBe("2 new conversations are waiting");
    expect(heading(0, 1)).toBe("1 conversation of yours is unread");
    expect(heading(0, 0)).toBe("All answered");
  });

  it("says 1000+ of more than the server counts, as the rail does, in the plural of a thousand", async () => {
    expect(heading(1001, 0)).toBe("1000+ new conversations are waiting");
    expect(heading(0, 1001)).toBe("1000+ conversations of yours are unread");
    await speak("ru");
    expect(heading(1001, 0)).toBe("Ждут 1000+ новых диалогов");
    await speak("en");
  });
});
