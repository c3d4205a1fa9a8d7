import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { changeDraft, differs, draftCleared, draftOf, draftSent, draftShown, fetchDrafts, recallDrafts, writeDraft } from "../src/store/drafts.ts";
import { adopt } from "../src/store/session.ts";
import { row, session } from "./samples.ts";

type Draft = { text: string; revision: number };
let server: Draft = { text: "", revision: 0 };
let puts = 0;

async function serve(_url: string, init: RequestInit): Promise<Response> {
  if (init.method === "GET") return new Response(JSON.stringify({ reply: server }));
  puts += 1;
  const body = JSON.parse(String(init.body)) as Draft;
  if (body.revision !== server.revision) return new Response(JSON.stringify({ error: { code: "draft_changed", message: "", detail: server } }), { status: 409 });
  server = { text: body.text, revision: server.revision + 1 };
  return new Response(JSON.stringify({ revision: server.revision }));
}

const text = (): string => draftOf(1, "reply").text;

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  server = { text: "", revision: 0 };
  puts = 0;
  vi.stubGlobal("fetch", serve);
  adopt(session());
  recallDrafts();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("s21 s22 drafts", () => {
  it("are in the browser at once and on the server within a second", async () => {
    writeDraft(1, "reply", "Доброго дня 🦊");
    expect(localStorage.getItem("deskbridge.draft.anna.1.reply")).toContain("Доброго дня 🦊");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.text).toBe("Доброго дня 🦊");
  });

  it("are saved once for many keys", async () => {
    for (const part of ["Д", "До", "Доб"]) writeDraft(1, "reply", part);
    await vi.advanceTimersByTimeAsync(2_000);
    expect([puts, server.text]).toEqual([1, "Доб"]);
  });

  it("survive a reload", async () => {
    writeDraft(1, "note", "нотатка");
    await vi.advanceTimersByTimeAsync(1_000);
    recallDrafts();
    expect(draftOf(1, "note").text).toBe("нотатка");
  });

  it("come from another device", async () => {
    server = { text: "з телефона", revision: 7 };
    await fetchDrafts(1);
    expect(text()).toBe("з телефона");
  });

  it("go on when both devices wrote: the one being typed stays, and the other is kept beside it", async () => {
    server = { text: "з телефона", revision: 7 };
    writeDraft(1, "reply", "за столом");
    await vi.advanceTimersByTimeAsync(1_500);
    expect(draftOf(1, "reply")).toMatchObject({ text: "за столом", other: "з телефона", dirty: false });
    expect(server.text).toBe("за столом");
  });

  it("tell the revision to clear when they are sent, and go on from the one after it", async () => {
    writeDraft(1, "reply", "надіслати");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await draftSent(1, "reply")).toBe(1);
    expect(text()).toBe("");
    expect(localStorage.getItem("deskbridge.draft.anna.1.reply")).toBeNull();
    server = { text: "", revision: 2 };
    draftCleared(1, "reply", 1);
    writeDraft(1, "reply", "далі");
    await vi.advanceTimersByTimeAsync(1_000);
    expect([puts, server.text]).toEqual([2, "далі"]);
  });

  it("wait for a running save before they are sent", async () => {
    writeDraft(1, "reply", "швидко");
    await vi.advanceTimersByTimeAsync(500);
    const revision = draftSent(1, "reply");
    await vi.advanceTimersByTimeAsync(10);
    expect(await revision).toBe(1);
    expect(draftOf(1, "reply")).toMatchObject({ text: "", dirty: false });
  });
});

describe("drafts in the list", () => {
  it("show what is here before what the server knows", () => {
    const known = row({ id: 1 }, { draft: { kind: "reply", text: "стара" } });
    expect(draftShown(known)).toEqual({ kind: "reply", text: "стара" });
    writeDraft(1, "reply", "нова");
    expect(draftShown(known)).toEqual({ kind: "reply", text: "нова" });
    changeDraft(1, "reply", (draft) => ({ ...draft, text: "", dirty: false }));
    expect(draftShown(known)).toBeNull();
  });

  it("are asked for again only when the row tells of another text", async () => {
    writeDraft(1, "reply", "один\n\nдва  три");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(differs(row({ id: 1 }, { draft: { kind: "reply", text: "один два три" } }))).toBe(false);
    expect(differs(row({ id: 1 }, { draft: { kind: "reply", text: "один дв…" } }))).toBe(false);
    expect(differs(row({ id: 1 }, { draft: { kind: "reply", text: "інше" } }))).toBe(true);
  });
});
