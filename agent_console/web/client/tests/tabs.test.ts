/** What the tabs of one agent know of each other, for how long, and what colleagues' words do with it. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { View } from "../src/store/news.ts";
import { session } from "./samples.ts";

const { played } = vi.hoisted(() => ({ played: [] as string[] }));
vi.mock("../src/store/sound.ts", () => ({ playSound: (occasion: string) => played.push(occasion) }));

/** Between the tabs of one browser; one that has crashed is heard no more. */
class Wire {
  static all = new Set<Wire>();
  onmessage: ((event: { data: unknown }) => void) | null = null;
  constructor() {
    Wire.all.add(this);
  }
  postMessage(data: unknown): void {
    if (Wire.all.has(this)) for (const one of Wire.all) if (one !== this) one.onmessage?.({ data });
  }
}

let lead = false;
const locks = { request: (_: string, given: () => unknown) => lead && given() };

class FakeNotification {
  static permission = "granted";
  static bodies: string[] = [];
  constructor(_title: string, { body }: { body: string }) {
    FakeNotification.bodies.push(body);
  }
  close = (): void => undefined;
}

/** Each has modules of its own, as a page has. */
async function opened(): Promise<typeof import("../src/store/tabs.ts") & { crash: () => void }> {
  vi.resetModules();
  const page = await import("../src/store/tabs.ts");
  await (await import("../src/i18n/index.ts")).speak("en");
  page.joinTabs();
  const wire = [...Wire.all].at(-1)!;
  return { ...page, crash: () => Wire.all.delete(wire) };
}

const view = (part: Partial<View>): View => ({ open: null, chat: null, focused: false, ...part });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  vi.stubGlobal("BroadcastChannel", Wire);
  vi.stubGlobal("navigator", { languages: ["en"], locks });
  vi.stubGlobal("Notification", FakeNotification);
  lead = false;
  played.length = FakeNotification.bodies.length = 0;
});
afterEach(() => {
  Wire.all.clear();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("the tab that has the focus", () => {
  it("is believed for as long as it has it, and no longer", async () => {
    const [front, back] = [await opened(), await opened()];
    front.tellTabs(view({ open: 1, focused: true }));
    vi.advanceTimersByTime(3_600_000);
    expect([back.anyFocused(), back.anyLooksAt(1), back.anyLooksAt(2)]).toEqual([true, true, false]);
    front.tellTabs(view({ open: 1 }));
    expect([back.anyFocused(), back.anyLooksAt(1)]).toEqual([false, false]);
  });

  it("is not waited for where it crashed or was frozen with it", async () => {
    const [front, back] = [await opened(), await opened()];
    front.tellTabs(view({ open: 1, focused: true }));
    front.crash();
    vi.advanceTimersByTime(59_000);
    expect([back.anyFocused(), back.anyLooksAt(1)]).toEqual([true, true]);
    vi.advanceTimersByTime(1_000);
    expect([back.anyFocused(), back.anyLooksAt(1)]).toEqual([false, false]);
  });

  it("loses it to the next that has it", async () => {
    const [front, back, third] = [await opened(), await opened(), await opened()];
    front.tellTabs(view({ open: 1, focused: true }));
    back.tellTabs(view({ open: 2, focused: true }));
    expect([third.anyLooksAt(1), third.anyLooksAt(2)]).toEqual([false, true]);
    expect(back.anyLooksAt(1)).toBe(false);
    front.tellTabs(view({ open: 1 }));
    expect(third.anyFocused()).toBe(true);
  });

  it("says of a conversation nothing about the chat of the same number", async () => {
    const [front, back] = [await opened(), await opened()];
    front.tellTabs(view({ chat: 7, focused: true }));
    expect([back.anyLooksAt(7), back.anyLooksAt(7, "chat")]).toEqual([false, true]);
  });
});

describe("what this tab shows", () => {
  it("is told whenever it is another conversation or chat, and nothing once one has signed out", async () => {
    const [back, page] = [await opened(), await opened()];
    const { go } = await import("../src/store/route.ts");
    const { followView } = await import("../src/store/follow-view.ts");
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    const stop = followView();
    go({ conversation: 4 });
    expect([page.myView(), back.anyLooksAt(4)]).toEqual([{ open: 4, chat: null, focused: true }, true]);
    for (const chat of [7, 8]) {
      go({ conversation: null, page: "colleagues", chat });
      expect([back.anyLooksAt(4), back.anyLooksAt(chat, "chat")]).toEqual([false, true]);
    }
    stop();
    expect([back.anyFocused(), page.anyFocused()]).toEqual([false, false]);
    vi.advanceTimersByTime(120_000);
    expect(back.anyFocused()).toBe(false);
  });
});

describe("what a colleague says in a chat", () => {
  const chat = { id: 3, topic: null, members: ["anna", "lucia"], last_at: 1, read_up_to: 0, unread: 1, last: { id: 5, agent: "lucia", text: "тут?" } };

  /** What is told in the tab that speaks for all, and in another one, while they show this. */
  async function told(here: Partial<View>, there: Partial<View>): Promise<{ here: unknown; there: unknown }> {
    const found = [];
    for (const [shown, elsewhere, leads] of [[here, there, true], [there, here, false]] as const) {
      played.length = FakeNotification.bodies.length = 0;
      const other = await opened();
      lead = leads;
      const page = await opened();
      page.tellTabs(view(shown));
      other.tellTabs(view(elsewhere));
      found.push(await toldBy());
    }
    return { here: found[0], there: found[1] };
  }

  async function toldBy(): Promise<{ toasts: number; sounds: string[]; desktop: string[] }> {
    const { adopt, preferences } = await import("../src/store/session.ts");
    const { adoptChats } = await import("../src/store/chats.ts");
    const { tellOfChats } = await import("../src/store/chat-news.ts");
    const { toasts } = await import("../src/store/toasts.ts");
    adopt(session());
    preferences.value = { ...preferences.value!, desktop: true };
    adoptChats([chat]);
    await tellOfChats([chat]);
    return { toasts: toasts.value.length, sounds: [...played], desktop: [...FakeNotification.bodies] };
  }

  it("is told by the tab that speaks for all where nobody looks", async () => {
    const { here, there } = await told({}, { chat: 3 });
    expect(here).toEqual({ toasts: 1, sounds: ["call"], desktop: ["тут?"] });
    expect(there).toEqual({ toasts: 1, sounds: [], desktop: [] });
  });

  it("makes no sound and no notice while the chat is before the agent's eyes in another tab", async () => {
    const { here, there } = await told({}, { chat: 3, focused: true });
    expect(here).toEqual({ toasts: 1, sounds: [], desktop: [] });
    expect(there).toEqual({ toasts: 0, sounds: [], desktop: [] });
  });

  it("sounds while another tab has the focus with something else in it", async () => {
    for (const elsewhere of [{ chat: 4 }, { open: 3 }]) {
      const { here } = await told({}, { ...elsewhere, focused: true });
      expect(here).toEqual({ toasts: 1, sounds: ["call"], desktop: [] });
    }
  });

  it("is not told where the chat is looked at in this very tab", async () => {
    const { here, there } = await told({ chat: 3, focused: true }, {});
    expect(here).toEqual({ toasts: 0, sounds: [], desktop: [] });
    expect(there).toEqual({ toasts: 1, sounds: [], desktop: [] });
  });
});
