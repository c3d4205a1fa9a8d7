import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { desk, forgetEverything, touchThread } from "../src/store/desk.ts";
import { discard, openOutbox, outbox, sendAgain, sendAll, sendMessage } from "../src/store/sending.ts";
import { adopt } from "../src/store/session.ts";
import { shown } from "../src/store/thread.ts";
import { message, row, session } from "./samples.ts";

type Posted = { client_id: string; text: string; kind: string };

/** A server that keeps messages by client_id, as ours does, and fails as it is told to. */
let stored: Posted[] = [];
let posts = 0;
let fail: (body: Posted) => Response | null = () => null;

const refuse = (status: number, code: string, detail = {}) => new Response(JSON.stringify({ error: { code, message: code, detail } }), { status });

async function serve(_url: string, init: RequestInit): Promise<Response> {
  const body = JSON.parse(String(init.body)) as Posted;
  posts += 1;
  const failure = fail(body);
  if (failure) return failure;
  if (!stored.some((one) => one.client_id === body.client_id)) stored.push(body);
  const id = stored.findIndex((one) => one.client_id === body.client_id) + 1;
  const answer = message({ id, kind: "outgoing", author: { kind: "agent", id: "anna" }, text: body.text, client_id: body.client_id });
  return new Response(JSON.stringify({ message: answer, row: row({ id: 1 }), cursor: "e-1" }), { status: 201 });
}

const write = (text: string) => sendMessage({ conversation_id: 1, kind: "reply", text, attachments: [], reply_to: null, draft_revision: null });
const texts = (): string[] => stored.map((one) => one.text);

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  stored = [];
  posts = 0;
  fail = () => null;
  vi.stubGlobal("fetch", serve);
  forgetEverything();
  adopt(session());
  openOutbox();
  touchThread(1);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("sending", () => {
  it("s46 shows the message at once and takes it out of the outbox when it is stored", async () => {
    write("Зараз подивлюся 🦊");
    expect(outbox.value).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(10);
    expect(outbox.value).toEqual([]);
    expect([...desk.value.threads.get(1)!.known.values()].map(({ value }) => value.text)).toEqual(["Зараз подивлюся 🦊"]);
    expect(shown(desk.value.threads.get(1)!)).toEqual([]);
  });

  it("keeps the order of several messages", async () => {
    write("один");
    write("два");
    write("три");
    await vi.advanceTimersByTimeAsync(50);
    expect(texts()).toEqual(["один", "два", "три"]);
  });

  it("keeps a message while the network is away, and sends it once when it is back", async () => {
    fail = () => {
      throw new TypeError("Failed to fetch");
    };
    write("поки офлайн");
    await vi.advanceTimersByTimeAsync(3_000);
    expect(outbox.value).toHaveLength(1);
    fail = () => null;
    sendAll();
    sendAll();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(texts()).toEqual(["поки офлайн"]);
    expect(outbox.value).toEqual([]);
  });

  it("sends nothing twice when the answer was lost after the server had stored it", async () => {
    fail = (body) => {
      if (stored.length > 0) return null;
      stored.push(body);
      return new Response("", { status: 502 });
    };
    write("раз");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posts).toBeGreaterThan(1);
    expect(texts()).toEqual(["раз"]);
  });

  it("goes on after a reload with what was waiting", async () => {
    fail = () => new Response("", { status: 503 });
    const id = write("до перезавантаження");
    await vi.advanceTimersByTimeAsync(5);
    const kept = JSON.parse(localStorage.getItem("deskbridge.outbox.anna")!) as Posted[];
    expect(kept.map((one) => one.client_id)).toEqual([id]);
    outbox.value = [];
    fail = () => null;
    openOutbox();
    expect(outbox.value).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stored.map((one) => one.client_id)).toEqual([id]);
  });

  it("s44 s49 s50 keeps a refused message with its reason, and lets the next one go", async () => {
    fail = (body) => (body.text === "зайняте" ? refuse(409, "taken", { agent: "lucia", name: "Lucía" }) : null);
    const id = write("зайняте");
    write("далі");
    await vi.advanceTimersByTimeAsync(50);
    expect(texts()).toEqual(["далі"]);
    expect(outbox.value).toMatchObject([{ client_id: id, refused: { code: "taken", detail: { name: "Lucía" } } }]);
    fail = () => null;
    sendAgain(id);
    await vi.advanceTimersByTimeAsync(50);
    expect(texts()).toEqual(["далі", "зайняте"]);
  });

  it("tells when a message is stored, and never of a refused one: closing after it must not overtake it", async () => {
    const told: string[] = [];
    const tell = (text: string) => sendMessage({ conversation_id: 1, kind: "reply", text, attachments: [], reply_to: null, draft_revision: null }, undefined, () => told.push(text));
    fail = (body) => (body.text === "ні" ? refuse(422, "too_long") : null);
    tell("так");
    expect(told).toEqual([]);
    tell("ні");
    await vi.advanceTimersByTimeAsync(50);
    expect(told).toEqual(["так"]);
  });

  it("forgets a refused message that the agent discards", async () => {
    fail = () => refuse(422, "too_long");
    const id = write("надто довге");
    await vi.advanceTimersByTimeAsync(10);
    discard(id);
    expect(outbox.value).toEqual([]);
    expect(localStorage.getItem("deskbridge.outbox.anna")).toBe("[]");
  });

  it("keeps what was written when the session has ended", async () => {
    fail = () => refuse(401, "signed_out");
    write("після виходу");
    await vi.advanceTimersByTimeAsync(10);
    expect(outbox.value).toMatchObject([{ text: "після виходу", refused: null }]);
  });
});
