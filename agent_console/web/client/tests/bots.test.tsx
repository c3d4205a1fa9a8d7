import { beforeEach, describe, expect, it } from "vitest";
import type { AgentRef, Presence } from "../src/api/types.ts";
import { AgentList } from "../src/components/agent-list.tsx";
import { BotFilter } from "../src/components/bot-filter.tsx";
import { RowItem } from "../src/components/row-item.tsx";
import { passes } from "../src/store/order.ts";
import { findAgents } from "../src/store/people.ts";
import { adopt } from "../src/store/session.ts";
import { eventLine } from "../src/store/words.ts";
import { row, session } from "./samples.ts";
import { show } from "./show.ts";

const agent = (id: string, presence: Presence, part: Partial<AgentRef> = {}): AgentRef => ({ id, name: id, role: "agent", online: presence !== "offline", presence, ...part });
const helper = agent("helper", "online", { name: "Helper", role: "bot" });
const house = [helper, agent("anna", "online"), agent("zoe", "offline")];

beforeEach(() => {
  localStorage.clear();
  adopt(session({ agents: house }));
});

describe("bots", () => {
  it("r51 r65 they come last in the picker, after colleagues who are offline, and bear a mark", () => {
    expect(findAgents(house, "", [], "en").map((one) => one.id)).toEqual(["anna", "zoe", "helper"]);
    const place = show(<AgentList label="To whom" without={[]} onChoose={() => undefined} />);
    expect([...place.querySelectorAll("[role=option]")].map((one) => one.querySelector("[data-bot]")?.textContent)).toEqual([undefined, undefined, "Bot"]);
  });

  it("s32 there is a filter of what bots have only where there is a bot", () => {
    expect(show(<BotFilter />).querySelector("input[name=bot]")).not.toBeNull();
    adopt(session({ agents: house.filter((one) => one !== helper) }));
    expect(show(<BotFilter />).querySelector("input[name=bot]")).toBeNull();
    adopt(session({ agents: [...house.slice(1), { ...helper, retired: true }] }));
    expect(show(<BotFilter />).querySelector("input[name=bot]")).toBeNull();
  });

  it("s32 a row passes it while a bot has the conversation", () => {
    const pinned = new Set<string>();
    expect(passes(row({ id: 1, assignee: "helper" }), { bot: true }, pinned)).toBe(true);
    expect(passes(row({ id: 1, assignee: "anna" }), { bot: true }, pinned)).toBe(false);
    expect(passes(row({ id: 1 }), { bot: true }, pinned)).toBe(false);
  });

  it("j01 a row says which bot answers", () => {
    const place = show(<RowItem row={row({ id: 1, assignee: "helper" })} stop={false} />);
    expect(place.querySelector("[data-bot] .sr-only")?.textContent).toBe("The bot Helper answers");
    expect(show(<RowItem row={row({ id: 2, assignee: "anna" })} stop={false} />).querySelector("[data-bot]")).toBeNull();
  });

  it("j36 the thread says why a conversation went from a bot to people", () => {
    const said = (verb: string, data: Record<string, unknown>): string => eventLine({ verb, data }, "Олена");
    expect(said("queued", { from: "helper", bot: "silent" })).toBe("Helper did not answer in time: the conversation waits for whoever is free");
    expect(said("queued", { from: "helper", bot: "offline", team: "sales" })).toContain("Helper is not there any more: the conversation goes to the team Sales");
    expect(said("assigned", { from: "helper", to: "zoe", bot: "silent", how: "least_loaded" })).toBe("Helper did not answer in time: the conversation goes to zoe");
  });
});
