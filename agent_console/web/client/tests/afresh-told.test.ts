/** What is told while all is loaded again stays, and of several answers the one to what was asked last. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ChannelHealth, LiveFrame, Session, SurfaceHealth } from "../src/api/types.ts";
import { channels } from "../src/store/channels.ts";
import { folders, forgetEverything } from "../src/store/desk.ts";
import { forgetPages, loadFolders } from "../src/store/list.ts";
import { connect, disconnect } from "../src/store/live.ts";
import { savePreferences } from "../src/store/preferences.ts";
import { details, loadDetail, setContact } from "../src/store/reading.ts";
import { adopt, agentOf, preferences } from "../src/store/session.ts";
import { loadSurfaces, surfaces } from "../src/store/surfaces.ts";
import { loadViews, views } from "../src/store/views.ts";
import { Line, told } from "./line.ts";
import { row, session } from "./samples.ts";

/** What waits for its answer, in the order in which it was asked. */
type Asked = { path: string; answer: (value: unknown) => Promise<void> };
let asked: Asked[] = [];

function ask(url: string): Promise<Response> {
  return new Promise((resolve) => {
    const answer = async (value: unknown): Promise<void> => {
      resolve(new Response(JSON.stringify(value)));
      await vi.advanceTimersByTimeAsync(1);
    };
    asked.push({ path: url.replace(/\?.*/, ""), answer });
  });
}

const askedFor = (path: string): Asked[] => asked.filter((one) => one.path === path);

const channel = (state: ChannelHealth["state"]): ChannelHealth => ({ inbox: "site", state }) as ChannelHealth;
const surface = (state: SurfaceHealth["state"]): SurfaceHealth => ({ id: "forum", state }) as SurfaceHealth;

/** A reset, and what is told before its answer comes, which is as of the moment it was asked. */
async function overtaken(frames: readonly (object | LiveFrame)[], answer: Session = session()): Promise<void> {
  told({ type: "reset" });
  await vi.advanceTimersByTimeAsync(1);
  for (const frame of frames) told(frame);
  await askedFor("/api/session")[0]!.answer(answer);
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Line);
  vi.stubGlobal("fetch", ask);
  adopt(session());
  connect(() => expect.unreachable());
  told({ type: "hello", cursor: "e-1", server_time: 1 });
  asked = [];
});

afterEach(async () => {
  disconnect();
  // Whatever still waits comes to nothing, so that the next test begins to load anew.
  for (let turn = 0; turn < 5; turn += 1) {
    for (const one of asked.splice(0)) await one.answer(one.path === "/api/session" ? session() : { rows: [], next: null, views: [], chats: [] });
  }
  details.value = new Map();
  forgetEverything();
  forgetPages();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("a channel that broke down meanwhile is shown as broken", async () => {
  await overtaken([{ type: "channels", channels: [channel("degraded")] }], session({ channels: [channel("up")] }));
  expect(channels.value.map((one) => one.state)).toEqual(["degraded"]);
});

it("a channel is shown as the answer has it, where nothing is told meanwhile", async () => {
  told({ type: "channels", channels: [channel("degraded")] });
  await overtaken([], session({ channels: [channel("up")] }));
  expect(channels.value.map((one) => one.state)).toEqual(["up"]);
});

it("colleagues who came, went and got a picture meanwhile are shown so", async () => {
  const frames = [
    { type: "presence", agents: [{ id: "anna", presence: "break" }] },
    { type: "presence", agents: [{ id: "anna", online: true }] },
    { type: "photos", photos: { anna: "/media/p1" } },
  ];
  await overtaken(frames);
  expect(agentOf("anna")).toMatchObject({ presence: "break", online: true, avatar_url: "/media/p1" });
});

it("a choice of this agent's own, told or made meanwhile, stays", async () => {
  const own = session().agent.preferences;
  await overtaken([{ type: "preferences", preferences: { ...own, theme: "dark" } }]);
  expect(preferences.value!.theme).toBe("dark");
});

it("a choice that is made while all is loaded again stays until the server has it", async () => {
  told({ type: "reset" });
  await vi.advanceTimersByTimeAsync(1);
  void savePreferences({ density: "compact" });
  await askedFor("/api/session")[0]!.answer(session());
  expect(preferences.value!.density).toBe("compact");
});

it("a staff surface that was lost meanwhile is shown as lost", async () => {
  told({ type: "reset" });
  await vi.advanceTimersByTimeAsync(1);
  told({ type: "surfaces" });
  await askedFor("/api/surfaces")[0]!.answer([surface("degraded")]);
  await askedFor("/api/session")[0]!.answer(session({ surfaces: [surface("up")] }));
  expect(surfaces.value.map((one) => one.state)).toEqual(["degraded"]);
});

it("a look at the surfaces from before all is loaded again does not take it back", async () => {
  void loadSurfaces();
  await overtaken([], session({ surfaces: [surface("degraded")] }));
  await askedFor("/api/surfaces")[0]!.answer([surface("up")]);
  expect(surfaces.value.map((one) => one.state)).toEqual(["degraded"]);
});

it("of two looks at the surfaces the later one stays", async () => {
  void loadSurfaces();
  void loadSurfaces();
  const [first, second] = askedFor("/api/surfaces");
  await second!.answer([surface("degraded")]);
  await first!.answer([surface("up")]);
  expect(surfaces.value.map((one) => one.state)).toEqual(["degraded"]);
});

it("counters that are told while they are asked for stay", async () => {
  const count = { unread: 0, total: 0 };
  void loadFolders();
  told({ type: "folders", folders: { new: { unread: 1, total: 1 } } });
  await askedFor("/api/folders")[0]!.answer({ new: count });
  expect(folders.value!.new.total).toBe(1);
});

it("of two loads of the views the later one stays", async () => {
  void loadViews();
  void loadViews();
  const [first, second] = askedFor("/api/views");
  await second!.answer({ views: [{ id: 2 }] });
  await first!.answer({ views: [{ id: 1 }] });
  expect(views.value.map((one) => one.id)).toEqual([2]);
});

const detail = (name: string): object => ({ row: row({ id: 1 }), contact: { id: 7, name }, visit: null });
const named = (): string | null | undefined => details.value.get(1)?.contact.name;

it("of two loads of a person the later one stays", async () => {
  void loadDetail(1);
  void loadDetail(1);
  const [first, second] = askedFor("/api/conversations/1");
  await second!.answer(detail("Соломія Гай"));
  await first!.answer(detail("Соломія"));
  expect(named()).toBe("Соломія Гай");
});

it("a person who was edited here is not as they were in a load that was on its way", async () => {
  void loadDetail(1);
  await askedFor("/api/conversations/1")[0]!.answer(detail("Соломія"));
  void loadDetail(1);
  const { contact } = details.value.get(1)!;
  setContact({ ...contact, name: "Соломія Гай" });
  await askedFor("/api/conversations/1")[1]!.answer(detail("Соломія"));
  expect(named()).toBe("Соломія Гай");
});
