/** What the server cannot tell of is loaded again in place of what is shown, which stays until then. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Message, Row } from "../src/api/types.ts";
import { endStartingAfresh, startAfresh } from "../src/store/afresh.ts";
import { applyChanges, desk, forgetEverything, getRow } from "../src/store/desk.ts";
import { forgetPages, rows } from "../src/store/list.ts";
import { aim, loadEarlier, lost, open, openId, scrolledUp, threadOf } from "../src/store/reading.ts";
import { route } from "../src/store/route.ts";
import { adopt } from "../src/store/session.ts";
import { hasBefore, shown } from "../src/store/thread.ts";
import { changes, message, row, session } from "./samples.ts";

const none = { unread: 0, total: 0 };
const counters = { new: none, mine: none, all: none, taken: none, closed: none, unanswered: none, snoozed: none, mine_snoozed: none, channels: {}, unread_total: 0 };

/** What the server has, and what each question waits for before it is answered. */
let conversations: Row[] = [];
let messages: Message[] = [];
let before: Message[] = [];
let away: (path: string) => boolean = () => false;
let refused: (path: string) => boolean = () => false;
let holding: Promise<void> = Promise.resolve();
let asked: string[] = [];

function told(path: string): unknown {
  if (path === "/api/session") return session();
  if (path === "/api/folders") return counters;
  if (path === "/api/views") return { views: [] };
  if (path === "/api/chats") return { chats: [] };
  if (/messages$/.test(path)) return { messages: [...messages], has_before: before.length > 0, has_after: false };
  if (/drafts$/.test(path)) return {};
  if (/conversations$/.test(path)) return { rows: [...conversations], next: null };
  return { row: conversations.find((one) => path.endsWith(`/${one.conversation.id}`)), contact: {}, visit: null };
}

async function serve(url: string): Promise<Response> {
  const path = url.replace(/\?.*/, "");
  asked.push(path);
  // What is asked for is answered as it was then, however late that comes.
  const answer = away(path) ? null : JSON.stringify(url.includes("before=") ? { messages: before, has_before: false, has_after: false } : told(path));
  const [waits, missing] = [holding, refused(path)];
  await waits;
  if (missing) return new Response(JSON.stringify({ error: { code: "not_found", message: "" } }), { status: 404 });
  if (answer === null) throw new TypeError("Failed to fetch");
  return new Response(answer);
}

const texts = (): number[] => shown(threadOf(1)).map((one) => one.id);
const unexpected = (): void => expect.unreachable();

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", serve);
  [away, refused, holding, asked, before] = [() => false, () => false, Promise.resolve(), [], []];
  conversations = [row({ id: 1 }), row({ id: 2 })];
  messages = [message({ id: 1 })];
  adopt(session());
  route.value = { conversation: 1 };
  await startAfresh(unexpected);
  await open(1);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  forgetEverything();
  forgetPages();
  route.value = { conversation: null };
  scrolledUp.value = null;
});

describe("starting afresh", () => {
  it("shows what it showed until the new is here, and then nothing else", async () => {
    const seen: (Row | undefined)[] = [];
    const stop = desk.subscribe(() => void seen.push(getRow(1)));
    conversations = [row({ id: 1, incoming_count: 2 }), row({ id: 3 })];
    messages = [message({ id: 1, text: "інакше" }), message({ id: 2 })];
    await startAfresh(unexpected);
    stop();
    expect(seen).not.toContain(undefined);
    expect(rows.value.map((one) => one.conversation.id).sort()).toEqual([1, 3]);
    expect([getRow(1)!.conversation.incoming_count, getRow(2)]).toEqual([2, undefined]);
    expect(shown(threadOf(1)).map((one) => one.text)).toEqual(["інакше", message({ id: 2 }).text]);
  });

  it("keeps what the socket tells while the answers are on their way", async () => {
    let answer = (): void => undefined;
    holding = new Promise((resolve) => (answer = resolve));
    const running = startAfresh(unexpected);
    applyChanges(changes({ rows: [row({ id: 4 })], messages: [message({ id: 5 })] }));
    answer();
    await running;
    expect(getRow(4)).toBeDefined();
    expect(texts()).toEqual([1, 5]);
  });

  it("asked twice at once, it shows what came between the two", async () => {
    let answer = (): void => undefined;
    holding = new Promise((resolve) => (answer = resolve));
    const first = startAfresh(unexpected);
    await vi.advanceTimersByTimeAsync(0);
    messages = [message({ id: 1 }), message({ id: 2 })];
    applyChanges(changes({ messages: [message({ id: 2 })] }));
    const second = startAfresh(unexpected);
    answer();
    await Promise.all([first, second]);
    expect(texts()).toEqual([1, 2]);
    expect(asked.filter((path) => path === "/api/session")).toHaveLength(3);
  });

  it("under another configuration lets whoever has scrolled up read on", async () => {
    scrolledUp.value = 1;
    const [aimed, before] = [aim.value, threadOf(1)];
    asked = [];
    await startAfresh(unexpected, "configuration");
    expect(asked.filter((path) => /messages$/.test(path))).toEqual([]);
    expect([aim.value, threadOf(1)]).toEqual([aimed, before]);
    expect(asked).toContain("/api/conversations/1");
  });

  it("under another configuration loads the messages of whoever stands at their end", async () => {
    messages = [message({ id: 1, text: "інакше" })];
    await startAfresh(unexpected, "configuration");
    expect(shown(threadOf(1)).map((one) => one.text)).toEqual(["інакше"]);
  });

  it("loads everything where something was missed, whatever else is asked for at the time", async () => {
    scrolledUp.value = 1;
    messages = [message({ id: 1 }), message({ id: 2 })];
    const running = startAfresh(unexpected, "configuration");
    void startAfresh(unexpected);
    void startAfresh(unexpected, "configuration");
    await running;
    expect(texts()).toEqual([1, 2]);
  });

  it("tries again where the open conversation alone could not be had", async () => {
    away = (path) => path === "/api/conversations/1";
    messages = [message({ id: 1 }), message({ id: 2 })];
    await startAfresh(unexpected);
    expect([openId.value, texts()]).toEqual([1, [1]]);
    away = () => false;
    await vi.advanceTimersByTimeAsync(3_100);
    expect(texts()).toEqual([1, 2]);
  });

  it("tries again where the list alone could not be had", async () => {
    away = (path) => path === "/api/conversations";
    conversations = [row({ id: 1 }), row({ id: 3 })];
    await startAfresh(unexpected);
    expect(rows.value.map((one) => one.conversation.id).sort()).toEqual([1, 2]);
    away = () => false;
    await vi.advanceTimersByTimeAsync(3_100);
    expect(rows.value.map((one) => one.conversation.id).sort()).toEqual([1, 3]);
  });

  it("tries again where the list could not be had, though something else was refused for good", async () => {
    away = (path) => path === "/api/conversations";
    refused = (path) => path === "/api/views";
    conversations = [row({ id: 1 }), row({ id: 3 })];
    await startAfresh(unexpected);
    away = () => false;
    await vi.advanceTimersByTimeAsync(3_100);
    expect(rows.value.map((one) => one.conversation.id).sort()).toEqual([1, 3]);
  });

  it("asked twice at once, it loads again though something was refused for good the first time", async () => {
    let answer = (): void => undefined;
    holding = new Promise((resolve) => (answer = resolve));
    refused = (path) => path === "/api/views";
    const first = startAfresh(unexpected);
    await vi.advanceTimersByTimeAsync(0);
    const second = startAfresh(unexpected);
    answer();
    await Promise.all([first, second]);
    expect(asked.filter((path) => path === "/api/session")).toHaveLength(3);
  });

  it("asks for nothing any more once whoever worked here has left", async () => {
    away = (path) => path === "/api/conversations";
    await startAfresh(unexpected);
    const before = asked.length;
    endStartingAfresh();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toHaveLength(before);
  });

  it("loads what was left meanwhile as it is opened again", async () => {
    messages = [message({ id: 1 }), message({ id: 2 })];
    const running = startAfresh(unexpected);
    route.value = { conversation: null };
    await running;
    route.value = { conversation: 1 };
    await open(1);
    expect(texts()).toEqual([1, 2]);
  });

  it("shows nothing more of what is out of sight by then, and says so", async () => {
    conversations = [row({ id: 2 })];
    refused = (path) => path === "/api/conversations/1";
    await startAfresh(unexpected);
    expect([getRow(1), lost.value]).toEqual([undefined, 1]);
    refused = () => false;
    conversations = [row({ id: 1 }), row({ id: 2 })];
    messages = [message({ id: 1 }), message({ id: 2 })];
    await open(1);
    expect([lost.value, texts()]).toEqual([null, [1, 2]]);
  });

  it("has no hole where earlier messages were asked for before", async () => {
    before = [message({ id: 1 })];
    messages = [message({ id: 5 })];
    await startAfresh(unexpected);
    before = [message({ id: 1 }), message({ id: 2 }), message({ id: 3 })];
    messages = [message({ id: 4 }), message({ id: 5 })];
    let answer = (): void => undefined;
    holding = new Promise((resolve) => (answer = resolve));
    const earlier = loadEarlier(1);
    holding = Promise.resolve();
    messages = [message({ id: 9 })];
    await startAfresh(unexpected);
    answer();
    await earlier;
    expect(texts()).toEqual([9]);
    expect(hasBefore(threadOf(1))).toBe(true);
  });
});
