import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConversationHeader } from "../src/components/conversation-header.tsx";
import { AssignDialog } from "../src/components/people-dialogs.tsx";
import { speak } from "../src/i18n/index.ts";
import { applyRows } from "../src/store/desk.ts";
import { nextStamp } from "../src/store/fresh.ts";
import { adopt } from "../src/store/session.ts";
import { teamName } from "../src/store/team-names.ts";
import { eventLine } from "../src/store/words.ts";
import { press, show } from "./show.ts";
import { row, session } from "./samples.ts";

beforeEach(() => adopt(session()));
afterEach(async () => {
  vi.unstubAllGlobals();
  await speak("en");
});

describe("teams", () => {
  it("are named in the agent's language, and by their id when the YAML has them no more", async () => {
    expect(teamName("sales")).toBe("Sales");
    await speak("uk");
    expect(teamName("sales")).toBe("Продажі");
    await speak("es");
    expect(teamName("sales")).toBe("Sales");
    expect(teamName("night")).toBe("night");
  });

  it("stand in the header of a conversation that has one", () => {
    expect(show(<ConversationHeader row={row({ id: 1, team: "sales" })} />).textContent).toContain("Sales");
    expect(show(<ConversationHeader row={row({ id: 1 })} />).textContent).not.toContain("Sales");
  });

  it("s04 can be handed a conversation, all but the one that has it", () => {
    const asked = vi.fn((_url: string, _init: RequestInit) => new Promise<Response>(() => {}));
    vi.stubGlobal("fetch", asked);
    applyRows([row({ id: 4, team: "sales" }, { can: ["assign"] })], nextStamp());
    const page = show(<AssignDialog conversation={4} />);
    const offered = [...page.querySelectorAll("[data-team]")];
    expect(offered.map((one) => one.textContent)).toEqual(["Support"]);
    press(offered[0]);
    const [url, init] = asked.mock.calls[0]!;
    expect(url).toContain("/api/conversations/4/team");
    expect(init.body).toBe('{"team":"support"}');
  });
});

describe("s20 where a conversation went", () => {
  const line = (verb: string, data: Record<string, unknown>): string => eventLine({ verb, data }, "José");

  it.each([
    [{ to: "lucia", rule: 2, how: "least_loaded" }, "The conversation goes to Lucía (rule 2)"],
    [{ to: "lucia", how: "round_robin" }, "The conversation goes to Lucía, whose turn it is"],
    [{ to: "anna", how: "least_loaded" }, "The conversation goes to you, with the fewest open"],
    [{ to: "lucia", how: "sticky" }, "The conversation goes to Lucía, as the last time"],
    [{ to: "lucia" }, "The conversation goes to Lucía"],
    [{ to: "lucia", by: "anna" }, "You assigned the conversation to Lucía"],
  ])("tells the agent, and how they were found (%j)", (data, said) => {
    expect(line("assigned", data)).toBe(said);
  });

  it.each([
    [{ team: "sales" }, "The conversation waits for the team Sales"],
    [{ team: "sales", rule: 1 }, "The conversation waits for the team Sales (rule 1)"],
    [{ team: "support", overflow: true }, "Nobody took it in time: the conversation goes to the team Support"],
    [{ team: "support", by: "lucia" }, "Lucía handed the conversation to the team Support"],
    [{ team: "support", by: "anna" }, "You handed the conversation to the team Support"],
    [{}, "The conversation waits for whoever is free"],
  ])("tells the team it waits for (%j)", (data, said) => {
    expect(line("queued", data)).toBe(said);
  });
});
