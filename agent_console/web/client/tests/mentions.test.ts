import { describe, expect, it } from "vitest";
import { mentionsIn } from "../src/store/mentions.ts";
import { adopt } from "../src/store/session.ts";
import { complete, triggerAt } from "../src/store/suggest.ts";
import type { AgentRef } from "../src/api/types.ts";
import { session } from "./samples.ts";

const agent = (id: string, name: string, part: Partial<AgentRef> = {}): AgentRef => ({ id, name, role: "agent", online: true, presence: "online", ...part });
const agents = [agent("anna", "Анна"), agent("anna_k", "Анна Коваль"), agent("lucia", "Lucía"), agent("gone", "Пётр", { retired: true })];
const called = (text: string): string[] => mentionsIn(text, agents, "me");

describe("a note calls", () => {
  it.each<[string, string[]]>([
    ["@Анна, глянь 🙏", ["anna"]],
    ["глянь, @Анна Коваль!", ["anna_k"]],
    ["@Анна Коваль и @Анна", ["anna_k", "anna"]],
    ["@Lucía", ["lucia"]],
    ["@Lucíana", []],
    ["mail@Lucía", []],
    ["@Пётр", []],
    ["Анна", []],
    ["", []],
  ])("%s", (text, wanted) => {
    expect(called(text)).toEqual(wanted);
  });

  it("not its writer, and everybody of the same name", () => {
    const two = [agent("one", "Ольга"), agent("two", "Ольга"), agent("me", "Ольга")];
    expect(mentionsIn("@Ольга", two, "me")).toEqual(["one", "two"]);
  });
});

describe("typing @ in a note", () => {
  it("offers colleagues by name, those at work first, and puts the whole name in", () => {
    adopt(session());
    const at = triggerAt("спроси @o", 9, true);
    expect(at).toMatchObject({ sign: "@", query: "o", from: 7 });
    expect(complete({ sign: "@", from: 0, query: "" }, 1)?.items.map((one) => one.insert)).toEqual(["@Олена Шевчук ", "@Lucía "]);
  });

  it("offers nobody in a reply to the customer", () => {
    expect(triggerAt("спроси @o", 9)).toBeNull();
  });
});
