import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Chat, ChatMessage } from "../src/api/chats.ts";
import { adoptChats, chatName, forgetChats, loadChats, unreadChats } from "../src/store/chats.ts";
import { catchUp, openThread, sayIn, thread, writeIn } from "../src/store/chat-thread.ts";
import { findAgents } from "../src/store/people.ts";
import { parseRoute, pathOf } from "../src/store/route.ts";
import { adopt, agents } from "../src/store/session.ts";
import { toasts } from "../src/store/toasts.ts";
import { session } from "./samples.ts";

const chat = (id: number, more: Partial<Chat> = {}): Chat => ({ id, topic: null, members: ["anna", "pavel"], last_at: 1, read_up_to: 0, unread: 0, last: null, ...more });
const said = (id: number, text = String(id)): ChatMessage => ({ id, agent: "pavel", text, at: id });

let answers: ((path: string, init: RequestInit) => unknown) | null = null;

beforeEach(() => {
  adopt(session());
  toasts.value = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const body = await answers!(path, init);
    return new Response(JSON.stringify(body), { status: 200, headers: { "Content-Type": "application/json" } });
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  forgetChats();
  thread.value = null;
});

describe("the chats with colleagues", () => {
  it("have addresses of their own", () => {
    for (const path of ["/console/colleagues", "/console/colleagues/7"]) expect(pathOf(parseRoute(path))).toBe(path);
    expect(parseRoute("/console/colleagues/7")).toEqual({ conversation: null, page: "colleagues", chat: 7 });
  });

  it("tell of what a colleague says, once, and of nothing that was there before", async () => {
    const first = chat(1, { unread: 1, last: { id: 5, agent: "pavel", text: "тут?" } });
    adoptChats([first]);
    expect(toasts.value).toHaveLength(0);
    adoptChats([{ ...first, unread: 2, last: { id: 6, agent: "pavel", text: "ау" } }]);
    adoptChats([{ ...first, unread: 2, last: { id: 6, agent: "pavel", text: "ау" } }]);
    await vi.waitFor(() => expect(toasts.value).not.toHaveLength(0));
    expect(toasts.value.map((one) => [one.text, one.to])).toEqual([["ау", { conversation: null, page: "colleagues", chat: 1 }]]);
    expect(unreadChats.value).toBe(2);
  });

  it("are named by their topic, or by who else is there", () => {
    expect(chatName(chat(1, { topic: "Склад" }))).toBe("Склад");
    expect(chatName(chat(1, { members: ["anna", "ghost"] }))).toBe("ghost");
  });

  it("are loaded once more where they have changed while they were being loaded", async () => {
    const states = [[chat(1)], [chat(1), chat(2)]];
    let asked = 0;
    answers = async () => {
      asked += 1;
      if (asked === 1) void loadChats();
      return { chats: states[asked - 1] };
    };
    await loadChats();
    expect([asked, unreadChats.value]).toEqual([2, 0]);
  });
});

describe("what is said in a chat", () => {
  it("is read on from the last that is shown, without a gap", async () => {
    const all = [said(1), said(2), said(3), said(4), said(5)];
    let shown = all.slice(0, 2);
    answers = (path) => {
      const after = Number(new URLSearchParams(path.split("?")[1] ?? "").get("after") ?? 0);
      const found = shown.filter((one) => one.id > after);
      return { messages: found.slice(0, 2), more: found.length > 2 };
    };
    await openThread(1);
    shown = all;
    await catchUp(1);
    expect(thread.value!.messages.map((one) => one.id)).toEqual([1, 2, 3, 4, 5]);
  });

  it("has a colleague's words before one's own where they came between", async () => {
    let stored = [said(1)];
    answers = (path, init) => {
      if (init.method === "POST") stored = [...stored, said(2, "між"), { ...said(3), agent: "anna", text: "моє" }];
      if (init.method === "POST") return stored.at(-1);
      const after = Number(new URLSearchParams(path.split("?")[1] ?? "").get("after") ?? 0);
      return { messages: stored.filter((one) => one.id > after), more: false };
    };
    await openThread(1);
    writeIn(1, "моє");
    sayIn(1);
    await vi.waitFor(() => expect(thread.value!.messages.map((one) => one.text)).toEqual(["1", "між", "моє"]));
    await vi.waitFor(() => expect(thread.value!.unsaid).toEqual([]));
  });

  it("stays on the screen when it could not be said, and is said once when it is tried again", async () => {
    const keys: string[] = [];
    answers = (_path, init) => {
      if (init.method !== "POST") return { messages: [], more: false };
      keys.push((JSON.parse(String(init.body)) as { client_id: string }).client_id);
      throw new TypeError("no line");
    };
    await openThread(2);
    writeIn(2, "чуєш?");
    sayIn(2);
    await vi.waitFor(() => expect(thread.value!.unsaid[0]?.trouble).not.toBeNull());
    const { send } = await import("../src/store/chat-thread.ts");
    await send(2, thread.value!.unsaid[0]!);
    expect(thread.value!.unsaid.map((one) => one.text)).toEqual(["чуєш?"]);
    expect(new Set(keys).size).toBe(1);
    expect(keys.length).toBeGreaterThan(1);
  });
});

describe("the picker of colleagues", () => {
  it("R28 finds a name by its Cyrillic letters, viewers too", () => {
    const base = { online: true, presence: "online" as const };
    agents.value = [
      { id: "vera", name: "Вера Ёлкина", role: "viewer", ...base },
      { id: "ivan", name: "Іван Їжак", role: "agent", ...base },
    ];
    const found = (query: string): string[] => findAgents(agents.value, query, [], "uk", false, true).map((one) => one.id);
    expect(found("ЕЛК")).toEqual(["vera"]);
    expect(found("їжа")).toEqual(["ivan"]);
    expect(found("пет")).toEqual([]);
  });
});
