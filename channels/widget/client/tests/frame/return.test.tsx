import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { State } from "../../src/frame/desk/state.ts";
import { App } from "../../src/frame/ui/App.tsx";
import { loadWords } from "../../src/frame/words.ts";
import { message, thread, THREAD } from "./make.ts";
import { Socket, World } from "./world.ts";

const LINK = `mail_${"a".repeat(43)}`;
const OWN = "22222222-2222-4222-8222-222222222222";
const CLEARED = { type: "save", data: {}, tab: { back: undefined } };

let world: World;
let leads: string | null;
const state = (): State => world.desk.core.store.value;

/** Opens the widget in a tab that a link was opened in; the server lists its conversation once it was followed. */
async function arrive(fields: ConstructorParameters<typeof World>[0] = {}): Promise<void> {
  world = new World({ open: true, back: LINK, ...fields });
  world.refuse["resume"] = () => {
    if (leads !== null) world.threads = [...world.threads, thread({ thread: leads })];
    return Response.json({ thread: leads });
  };
  world.messages = [message(1, { text: "It came this morning" })];
  if (fields.stored) world.threads = [thread({ thread: OWN, last_at: 9 })];
  await world.start();
  Socket.last.open();
  await world.settle();
}

beforeEach(() => {
  vi.useFakeTimers();
  leads = THREAD;
});
afterEach(() => world.end());

describe("r56: a link back", () => {
  it("opens its conversation, on a line of its own", async () => {
    await arrive();
    expect(world.asked("resume")).toMatchObject([{ body: { token: LINK }, authorization: "Bearer token-1" }]);
    expect(state().view).toEqual({ at: "thread", thread: THREAD });
    expect(state().data.logs[THREAD]?.messages[0]?.text).toBe("It came this morning");
    expect(world.posted).toContainEqual(CLEARED);
  });
  it("is followed as somebody who is kept before it is used, since the answer may be lost", async () => {
    let kept: unknown;
    world = new World({ open: true, back: LINK });
    world.refuse["resume"] = () => {
      kept = world.saved["token"];
      return Response.json({ thread: null });
    };
    await world.start();
    expect(kept).toBe("token-1");
  });
  it("is followed once, whatever the page tells again", async () => {
    await arrive();
    world.tell({ back: LINK, page: { url: "https://a.example/b", title: "b" } });
    await world.settle();
    expect(world.asked("resume")).toHaveLength(1);
  });
  it("is followed again while the server cannot be reached", async () => {
    world = new World({ open: true, back: LINK });
    world.refuse["resume"] = () => Response.json({ error: { code: "storage", message: "" } }, { status: 503 });
    await world.start();
    expect(world.posted).not.toContainEqual(CLEARED);
    world.refuse["resume"] = () => Response.json({ thread: null });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.asked("resume")).toHaveLength(2);
    expect(world.posted).toContainEqual(CLEARED);
  });
  it("leaves a visitor's own conversations where they are", async () => {
    await arrive({ stored: { token: "old", person: "p" } });
    expect(state().data.threads.map((one) => one.thread).toSorted()).toEqual([THREAD, OWN].toSorted());
    expect(state().view).toEqual({ at: "thread", thread: THREAD });
    expect(world.saved["person"] ?? "p").toBe("p");
  });
  it.each(["en", "ru", "uk", "es"])("that is no longer good is said to be, in one line (%s)", async (locale) => {
    leads = null;
    await arrive();
    const words = await loadWords(locale);
    world.desk.core.store.set({ words });
    const root = document.createElement("div");
    await act(() => render(<App desk={world.desk} />, root));
    expect(root.querySelector(".banner")?.textContent).toBe(words.t("spent"));
    expect(world.posted).toContainEqual(CLEARED);
    await act(() => render(null, root));
  });
});
