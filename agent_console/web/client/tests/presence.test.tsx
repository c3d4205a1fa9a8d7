import { beforeEach, describe, expect, it, vi } from "vitest";
import { act } from "preact/test-utils";
import type { AgentRef, Presence } from "../src/api/types.ts";
import { AgentList } from "../src/components/agent-list.tsx";
import { Composer } from "../src/components/composer.tsx";
import { PresenceButton, presenceMenu } from "../src/components/presence.tsx";
import { isItem } from "../src/components/menu.tsx";
import { recallDrafts } from "../src/store/drafts.ts";
import { lockOf } from "../src/store/lock.ts";
import { findAgents } from "../src/store/people.ts";
import { adopt, agentOf, agents, isOffline, myPresence, setPresence } from "../src/store/session.ts";
import { writing } from "../src/store/ui.ts";
import { eventLine } from "../src/store/words.ts";
import { watchActivity } from "../src/store/activity.ts";
import { route } from "../src/store/route.ts";
import { row, session } from "./samples.ts";
import { show } from "./show.ts";

const agent = (id: string, presence: Presence, part: Partial<AgentRef> = {}): AgentRef => ({ id, name: id, role: "agent", online: presence !== "offline", presence, ...part });
const checked = (): string[] => presenceMenu().filter(isItem).filter((one) => one.checked).map((one) => one.id);

beforeEach(() => {
  localStorage.clear();
  adopt(session());
  recallDrafts();
  writing.value = "reply";
});

describe("who is here", () => {
  it("r51 the picker has those online first and those offline last, each by name", () => {
    const all = [agent("zoe", "offline"), agent("yuri", "break"), agent("bob", "offline"), agent("xena", "away"), agent("max", "online"), agent("ada", "online")];
    expect(findAgents(all, "", [], "en").map((one) => one.id)).toEqual(["ada", "max", "xena", "yuri", "bob", "zoe"]);
  });

  it("d12 d13 where only those online may be chosen, nobody else is listed", () => {
    const all = [agent("zoe", "offline"), agent("yuri", "break"), agent("xena", "away"), agent("max", "online")];
    expect(findAgents(all, "", [], "en", true).map((one) => one.id)).toEqual(["max"]);
  });

  it("r51 r52 a colleague's state stands in words beside the dot that tells whether their console is open", () => {
    adopt(session({ agents: [agent("anna", "online"), agent("lucia", "break"), agent("ivan", "online", { online: false })] }));
    const place = show(<AgentList label="To whom" without={["anna"]} onChoose={() => undefined} />);
    const told = [...place.querySelectorAll("[role=option]")].map((one) => [one.getAttribute("data-agent"), one.querySelector(".presence-word")?.textContent, one.querySelector(".window-dot")?.classList.contains("open")]);
    expect(told).toEqual([
      ["ivan", "Online", false],
      ["lucia", "On a break", true],
    ]);
  });

  it("a change tells one half and leaves the other", () => {
    setPresence([{ id: "lucia", presence: "break" }]);
    expect(agentOf("lucia")).toMatchObject({ online: false, presence: "break" });
    setPresence([{ id: "lucia", online: true }]);
    expect(agentOf("lucia")).toMatchObject({ online: true, presence: "break" });
    expect(agents.value).toHaveLength(4);
  });
});

describe("one's own status", () => {
  it("r35 the switch follows what the server says, wherever it was pressed", () => {
    const place = show(<PresenceButton />);
    expect(place.textContent).toBe("Online");
    expect(checked()).toEqual(["presence-online"]);
    act(() => setPresence([{ id: "anna", presence: "break" }]));
    expect(place.textContent).toBe("On a break");
    expect(place.querySelector("button")?.getAttribute("aria-label")).toBe("Your status: On a break");
    expect(checked()).toEqual(["presence-break"]);
  });

  it("away is not chosen: the choice it came from is online", () => {
    setPresence([{ id: "anna", presence: "away" }]);
    expect(myPresence.value).toBe("away");
    expect(checked()).toEqual(["presence-online"]);
  });

  it("a viewer has none", () => {
    adopt(session({ agent: { ...session().agent, id: "boss", role: "viewer" } }));
    setPresence([{ id: "boss", presence: "offline" }]);
    expect(show(<PresenceButton />).textContent).toBe("");
    expect(isOffline.value).toBe(false);
  });

  it("d01 offline, the reply box says so and has one press that ends it", () => {
    setPresence([{ id: "anna", presence: "offline" }]);
    const untaken = row({ id: 1 }, { can: ["reply", "note", "take"] });
    expect(lockOf(untaken)).toBe("offline");
    const place = show(<Composer row={untaken} />);
    expect(place.textContent).toContain("You are offline.");
    expect([...place.querySelectorAll("button")].map((one) => one.textContent)).toContain("Go online");
    act(() => setPresence([{ id: "anna", presence: "online" }]));
    expect(lockOf(untaken)).toBe("untaken");
  });

  it("r34 on a break one answers one's own", () => {
    setPresence([{ id: "anna", presence: "break" }]);
    expect(lockOf(row({ id: 1, assignee: "anna" }, { mine: true, can: ["reply", "note"] }))).toBe("open");
  });

  it("d14 offline, a colleague's conversation is still said to be the colleague's", () => {
    setPresence([{ id: "anna", presence: "offline" }]);
    expect(lockOf(row({ id: 1, assignee: "lucia" }, { can: ["note"] }))).toBe("taken");
  });
});

describe("what came of silence", () => {
  it("d15 the thread says why it went back into New, and whose it was", () => {
    const idle = { verb: "released", data: { reason: "idle", from: "lucia" } };
    expect(eventLine(idle, "Олена")).toBe("Lucía left the customer waiting: the conversation is New again");
    const mine = { verb: "released", data: { reason: "idle", from: "anna" } };
    expect(eventLine(mine, "Олена")).toBe("You left the customer waiting: the conversation is New again");
    expect(eventLine({ verb: "released", data: { reason: "offline", from: "lucia" } }, "Олена")).toBe("Lucía is offline: the conversation is New again");
    expect(eventLine({ verb: "released", data: { by: "anna" } }, "Олена")).toBe("You released the conversation");
  });

  it("touches are told one in twenty seconds, and at once where another conversation was opened by hand", () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const tell = vi.fn();
    route.value = { conversation: null };
    const stop = watchActivity(tell);
    const touch = (): boolean => dispatchEvent(new Event("keydown"));
    touch();
    touch();
    expect(tell).toHaveBeenCalledTimes(1);
    route.value = { conversation: 7 };
    expect(tell).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(19_999);
    touch();
    expect(tell).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1);
    touch();
    expect(tell).toHaveBeenCalledTimes(3);
    vi.advanceTimersByTime(5_000);
    route.value = { conversation: 8 };
    expect(tell).toHaveBeenCalledTimes(3);
    stop();
    vi.advanceTimersByTime(60_000);
    touch();
    expect(tell).toHaveBeenCalledTimes(3);
    vi.useRealTimers();
  });
});
