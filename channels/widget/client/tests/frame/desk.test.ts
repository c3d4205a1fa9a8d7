import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { State } from "../../src/frame/desk/state.ts";
import { message, outgoing, thread, THREAD } from "./make.ts";
import { Socket, World } from "./world.ts";

const state = (world: World): State => world.desk.core.store.value;
const proof = (sub: string): string => `h.${btoa(JSON.stringify({ sub }))}.s`;
const refusal = (status: number, code: string): Response =>
  Response.json({ error: { code, message: code } }, { status });
const KNOWN = { stored: { token: "old", person: "p" } };
const OTHER = "22222222-2222-4222-8222-222222222222";

let world: World;
const begin = async (
  fields: ConstructorParameters<typeof World>[0] = {},
  threads: ReturnType<typeof thread>[] = [],
): Promise<void> => {
  world = new World(fields);
  world.threads = threads;
  await world.start();
  Socket.last.open();
  await world.settle();
};

beforeEach(() => vi.useFakeTimers());
afterEach(() => world.end());

describe("a visitor who only looks", () => {
  it("leaves no token behind", async () => {
    await begin();
    expect(world.saved).not.toHaveProperty("token");
  });
  it("can write before the server has answered", async () => {
    world = new World();
    world.refuse["session"] = () => refusal(503, "storage");
    await world.start();
    const { view, data } = state(world);
    expect(view.at === "thread" && data.logs[view.thread]?.loaded).toBe(true);
  });
});

it("a session that is never answered is asked for again", async () => {
  const patience = new AbortController();
  const { signal } = patience;
  vi.spyOn(AbortSignal, "timeout").mockReturnValueOnce(signal);
  world = new World();
  world.refuse["session"] = () => new Promise((_, fail) => signal.addEventListener("abort", () => fail(signal.reason)));
  await world.start();
  delete world.refuse["session"];
  patience.abort(new DOMException("It took too long.", "TimeoutError"));
  await vi.advanceTimersByTimeAsync(2000);
  expect([state(world).phase, world.asked("session").length]).toEqual(["ready", 2]);
});

describe("a first message", () => {
  it("is kept with the token before it goes out, and no longer once it is stored", async () => {
    await begin();
    world.desk.outbox.send(THREAD, "Чи є M?", [], null);
    expect(world.saved).toMatchObject({ token: "token-1", "outbox:0.5": [{ text: "Чи є M?", state: "queued" }] });
    expect(world.asked("messages")).toHaveLength(0);
    await world.settle();
    expect(world.asked("messages")).toMatchObject([
      { authorization: "Bearer token-1", body: { thread: THREAD, text: "Чи є M?", visit: { tab: "0.5" } } },
    ]);
    expect(world.saved["outbox:0.5"]).toBeUndefined();
  });
  it("brings what the site said of the visitor and what the form asked", async () => {
    await begin({ who: { name: "Олена" }, stored: { kept: { answers: { email: "olena@example.com" } } } });
    world.desk.outbox.send(THREAD, "a", [], null);
    await world.settle();
    expect(world.asked("messages")[0]!.body["pre_chat"]).toEqual({ name: "Олена", email: "olena@example.com" });
  });
  it("splits more files than one message may carry", async () => {
    await begin();
    world.desk.outbox.send(
      THREAD,
      "a",
      Array.from({ length: 23 }, (_, n) => new File([""], `${n}.txt`)),
      null,
    );
    expect(state(world).data.outbox.map((item) => [item.text, item.files?.length])).toEqual([
      ["a", 10],
      ["", 10],
      ["", 3],
    ]);
  });
});

describe("after a reload", () => {
  it("what any tab left unsent is taken over and sent, once", async () => {
    await begin({
      stored: { ...KNOWN.stored, "outbox:0.1": [outgoing("a")], "outbox:0.2": [outgoing("b"), outgoing("a")] },
    });
    expect(world.asked("messages").map((request) => request.body["client_id"])).toEqual(["a", "b"]);
    expect(world.saved).toMatchObject({ "outbox:0.1": undefined, "outbox:0.2": undefined });
  });
  it("what had arrived and was erased with its person since is nowhere any more, nor sent ever again", async () => {
    world = new World({ stored: { ...KNOWN.stored, "outbox:0.1": [outgoing("a")] } });
    world.refuse["messages"] = () => refusal(410, "purged");
    await world.start();
    expect(world.asked("messages")).toHaveLength(1);
    expect([state(world).data.outbox, state(world).data.threads]).toEqual([[], []]);
    expect([world.saved["outbox:0.1"], world.saved["outbox:0.5"]]).toEqual([undefined, undefined]);
  });
  it("the conversation last spoken in is shown while it is open", async () => {
    await begin(KNOWN, [thread({ thread: OTHER, state: "closed", last_at: 9 }), thread({ last_at: 5 })]);
    expect(state(world).view).toEqual({ at: "thread", thread: THREAD });
  });
  it("the list is shown when all are closed", async () => {
    await begin(KNOWN, [thread({ state: "closed" })]);
    expect(state(world).view).toEqual({ at: "list" });
  });
});

describe("another tab", () => {
  it("that begins a conversation takes this one along", async () => {
    await begin();
    world.threads = [thread()];
    await world.tell({ stored: { token: "theirs", person: "other" } });
    expect(world.asked("session").at(-1)!.body["token"]).toBe("theirs");
    expect(state(world).view).toEqual({ at: "thread", thread: THREAD });
  });
  it("is not seen in what this one has kept itself", async () => {
    await begin();
    world.desk.outbox.send(THREAD, "a", [], null);
    await world.settle();
    await world.tell({ stored: world.saved });
    expect(world.asked("session")).toHaveLength(1);
  });
  it("that only refreshed the token of the same visitor changes nothing here", async () => {
    await begin(KNOWN, [thread()]);
    await world.tell({ stored: { token: "fresh", person: "p" } });
    expect(world.asked("session")).toHaveLength(1);
  });
  it("that forgot the visitor makes this one forget them too", async () => {
    await begin({ stored: { ...KNOWN.stored, kept: { answers: { name: "Олена" } } } }, [thread()]);
    world.refuse["messages"] = () => refusal(503, "storage");
    world.desk.outbox.send(THREAD, "не для інших", [], null);
    world.threads = [];
    await world.tell({ stored: {} });
    expect(world.asked("session").at(-1)!.body).not.toHaveProperty("token");
    expect([state(world).data.outbox, state(world).data.threads, state(world).kept]).toEqual([[], [], {}]);
  });
});

describe("identity", () => {
  it("is proven once, and the token that came of it is kept", async () => {
    await begin({ who: { token: proof("u1") } });
    expect(world.asked("session")[0]!.body["identity"]).toBe(proof("u1"));
    expect(world.saved).toMatchObject({ token: "token-1", person: "user:u1" });
    Socket.last.tell({ type: "reset" });
    await world.settle();
    expect(world.asked("session").at(-1)!.body).not.toHaveProperty("identity");
  });
  it("that is not accepted is reported, and the visitor goes on without", async () => {
    world = new World({ who: { token: "forged" } });
    let asked = 0;
    world.refuse["session"] = () => {
      asked += 1;
      if (asked > 1) delete world.refuse["session"];
      return refusal(asked > 1 ? 503 : 401, asked > 1 ? "storage" : "identity_invalid");
    };
    await world.start();
    await vi.advanceTimersByTimeAsync(2000);
    expect(world.heard("error")).toEqual([{ type: "error", code: "identity_invalid" }]);
    expect([state(world).phase, world.saved.token]).toEqual(["ready", undefined]);
  });
  it("does not show one person another's conversation, nor acknowledge for one what reached another", async () => {
    await begin(KNOWN, [thread()]);
    Socket.last.tell({ type: "changes", cursor: "e-5", messages: [message(7)], threads: [] });
    world.threads = [thread({ thread: OTHER })];
    await world.tell({ who: { token: proof("u2") } });
    expect(state(world).view).toEqual({ at: "thread", thread: OTHER });
    expect(state(world).data.logs[THREAD]).toBeUndefined();
    Socket.last.open();
    expect(Socket.last.of("ack")).toEqual([]);
  });
  it("does not send in one named person's name what another wrote, nor tell one's answers for another's", async () => {
    await begin({ who: { token: proof("u1") }, stored: { kept: { answers: { name: "Олена" } } } }, [thread()]);
    world.refuse["messages"] = () => refusal(503, "storage");
    world.desk.outbox.send(THREAD, "від Олени", [], null);
    await world.settle();
    await world.tell({ who: { token: proof("u2") } });
    expect([state(world).data.outbox, state(world).kept]).toEqual([[], {}]);
  });
  it("does not take over, after a reload, what another named person left unsent", async () => {
    await begin({
      who: { token: proof("u2") },
      stored: { token: "u1's", person: "user:u1", "outbox:0.1": [outgoing("a")] },
    });
    expect(world.asked("session")[0]!.body).not.toHaveProperty("token");
    expect([world.asked("messages"), world.saved["outbox:0.1"]]).toEqual([[], undefined]);
  });
  it("given while a session is being asked for wins over that session's late answer", async () => {
    world = new World();
    const late: ((answer: Response) => void)[] = [];
    world.refuse["session"] = () => new Promise<Response>((done) => late.push(done));
    await world.start();
    const [answer] = late;
    delete world.refuse["session"];
    await world.tell({ who: { token: proof("u1") } });
    answer!(
      Response.json({
        token: "late",
        config: world.host.config,
        visitor: { verified: false },
        threads: [],
        cursor: "e-0",
        server_time: 0,
        block: null,
      }),
    );
    await world.settle();
    world.desk.outbox.send(THREAD, "a", [], null);
    await world.settle();
    expect(world.asked("messages")[0]!.authorization).toBe("Bearer token-1");
  });
  it("takes along what was written before anybody was named", async () => {
    await begin();
    world.refuse["messages"] = () => refusal(503, "storage");
    world.desk.outbox.send(THREAD, "ще без імені", [], null);
    await world.settle();
    await world.tell({ who: { token: proof("u1") } });
    expect(state(world).data.outbox).toMatchObject([{ text: "ще без імені" }]);
  });
  it("is named only when nothing written before is on its way any more, and writes as the one named", async () => {
    await begin();
    let answer: ((_: Response) => void) | undefined;
    world.refuse["messages"] = () => new Promise<Response>((done) => (answer = done));
    world.desk.outbox.send(THREAD, "ще без імені", [], null);
    await world.settle();
    const asked = world.asked("session").length;
    await world.tell({ who: { token: proof("u1") } });
    world.desk.outbox.send(THREAD, "уже з іменем", [], null);
    await world.settle();
    expect(world.asked("session")).toHaveLength(asked);
    world.refuse = {};
    answer!(refusal(503, "storage"));
    await vi.advanceTimersByTimeAsync(5_000);
    const sent = world.asked("messages").map((one) => [one.body["text"], one.authorization]);
    expect(sent).toEqual([
      ["ще без імені", "Bearer token-1"],
      ["ще без імені", "Bearer token-2"],
      ["уже з іменем", "Bearer token-2"],
    ]);
  });
  it("sends nothing of one named person as another, even what had begun to go", async () => {
    await begin({ who: { token: proof("u1") } });
    let upload: ((_: Response) => void) | undefined;
    world.refuse["uploads"] = () => new Promise<Response>((done) => (upload = done));
    world.desk.outbox.send(THREAD, "моє", [new File(["x"], "x.txt")], null);
    await world.settle();
    await world.tell({ who: { token: proof("u2") } });
    upload!(Response.json({ id: "up-1" }));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(world.asked("messages")).toEqual([]);
  });
  it("goes on with the first conversation of another tab, unless something is written here", async () => {
    await begin();
    const first = { type: "changes", cursor: "e-2", messages: [], threads: [thread()] };
    Socket.last.tell(first);
    expect(state(world).view).toEqual({ at: "thread", thread: THREAD });
    await begin();
    world.desk.core.keep({ drafts: { new: "почав" } });
    Socket.last.tell(first);
    expect(state(world).view).not.toEqual({ at: "thread", thread: THREAD });
  });
  it("asks anew for what an earlier session of the same person had asked for", async () => {
    await begin(KNOWN, [thread(), thread({ thread: OTHER })]);
    let arrive: ((_: Response) => void) | undefined;
    world.refuse[`threads/${OTHER}/messages`] = () => new Promise<Response>((done) => (arrive = done));
    world.desk.openThread(OTHER);
    world.refuse = {};
    world.messages = [message(1, { thread: OTHER, text: "своє" })];
    await world.tell({ who: { token: proof("u3") } });
    arrive!(Response.json({ messages: [], has_before: false, cursor: "" }));
    await world.settle();
    expect(state(world).data.logs[OTHER]?.messages).toMatchObject([{ text: "своє" }]);
  });
  it("shows the history that a proof brings in place of a conversation in which nothing is written", async () => {
    await begin({}, []);
    world.threads = [thread()];
    await world.tell({ who: { token: proof("u4") } });
    expect(state(world).view).toEqual({ at: "thread", thread: THREAD });
  });
  it("does not show one person what was still on its way for another", async () => {
    await begin(KNOWN, [thread(), thread({ thread: OTHER })]);
    let arrive = (_: Response): void => undefined;
    world.refuse[`threads/${OTHER}/messages`] = () => new Promise<Response>((done) => (arrive = done));
    world.desk.openThread(OTHER);
    world.threads = [];
    await world.tell({ who: { token: proof("u3") } });
    arrive(Response.json({ messages: [message(1, { thread: OTHER, text: "чуже" })], has_before: false, cursor: "" }));
    await world.settle();
    expect(state(world).data.logs[OTHER]?.messages ?? []).toEqual([]);
  });
});

describe("an agent's message", () => {
  const said = (fields = {}) => ({
    type: "changes",
    cursor: "e-5",
    messages: [message(7, fields)],
    threads: [thread({ unread: 1 })],
  });

  it("is acknowledged when it arrives, told to the site once, and counted on the launcher", async () => {
    await begin({ ...KNOWN, open: false }, [thread()]);
    Socket.last.tell(said());
    Socket.last.tell(said({ edited: true }));
    expect(Socket.last.of("ack")).toEqual([{ type: "ack", ids: [7] }]);
    expect(world.heard("message")).toEqual([{ type: "message", id: 7, text: message(7).text }]);
    expect(world.heard("unread")).toEqual([{ type: "unread", count: 1 }]);
  });
  it("is acknowledged with no more in one frame than the server takes", async () => {
    await begin({}, [thread()]);
    const many = Array.from({ length: 450 }, (_, at) => message(at + 1));
    Socket.last.tell({ type: "changes", cursor: "c2", messages: many, threads: [] });
    const acks = Socket.last.of("ack") as unknown as { ids: number[] }[];
    expect(acks.map((ack) => ack.ids.length)).toEqual([200, 200, 50]);
  });

  it("is acknowledged again on a new line, since the old one may have lost it", async () => {
    await begin(KNOWN, [thread()]);
    Socket.last.tell(said());
    Socket.last.onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(500);
    Socket.last.open();
    expect(Socket.last.of("ack")).toEqual([{ type: "ack", ids: [7] }]);
  });
  it.each([
    ["the panel is closed", { open: false }, true],
    ["the newest message is out of sight", { open: true }, false],
  ])("is not read while %s", async (_, fields, atBottom) => {
    await begin({ ...KNOWN, ...fields }, [thread()]);
    world.desk.attention.setAtBottom(atBottom);
    Socket.last.tell(said());
    expect(Socket.last.of("read")).toEqual([]);
  });
  it("is read once when it is seen", async () => {
    await begin({ ...KNOWN, open: false }, [thread()]);
    Socket.last.tell(said());
    await world.tell({ open: true });
    world.desk.attention.setAtBottom(true);
    expect(Socket.last.of("read")).toEqual([{ type: "read", thread: THREAD, message_id: 7 }]);
    expect(world.heard("unread").at(-1)).toEqual({ type: "unread", count: 0 });
  });
  it("ends the sign that its author is typing", async () => {
    await begin(KNOWN, [thread()]);
    Socket.last.tell({ type: "typing", thread: THREAD, name: "Анна" });
    expect(state(world).typing).toMatchObject({ name: "Анна" });
    Socket.last.tell(said());
    expect(state(world).typing).toBeNull();
  });
});

describe("the line", () => {
  it("says hello with token, tab, visit and whether the widget is seen", async () => {
    await begin();
    expect(Socket.last.sent[0]).toMatchObject({
      type: "hello",
      token: "token-1",
      tab: "0.5",
      visible: true,
      cursor: "e-0",
      visit: { title: "Куртка" },
    });
  });
  it("d36: tells of the page the visitor moved to", async () => {
    await begin();
    await world.tell({ page: { url: "https://shop.example/лампа", title: "Лампа" } });
    expect(Socket.last.of("page")).toEqual([{ type: "page", url: "https://shop.example/лампа", title: "Лампа" }]);
  });
  it("loads everything afresh after a reset, and goes on from there", async () => {
    await begin(KNOWN, [thread()]);
    world.messages = [message(1), message(2)];
    Socket.last.tell({ type: "reset" });
    await world.settle();
    expect(state(world).data.logs[THREAD]!.messages.map((one) => one.id)).toEqual([1, 2]);
  });
  it("gets a new session when its token is refused, without hurrying", async () => {
    await begin(KNOWN, [thread()]);
    Socket.last.onclose?.({ code: 4401 });
    await world.settle();
    expect(world.asked("session")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2000);
    expect(world.asked("session")).toHaveLength(2);
    Socket.last.open();
    expect(Socket.last.of("hello")).toMatchObject([{ token: "token-2" }]);
  });
  it("tells of typing at most every three seconds, and never of a conversation that has not begun", async () => {
    await begin(KNOWN, [thread()]);
    for (const name of [THREAD, THREAD, OTHER]) world.desk.typing(name);
    await vi.advanceTimersByTimeAsync(3000);
    world.desk.typing(THREAD);
    expect(Socket.last.of("typing")).toHaveLength(2);
  });
});
