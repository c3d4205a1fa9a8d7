import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { noticeChanges, startNoticing } from "../src/store/notices.ts";
import { adopt, preferences } from "../src/store/session.ts";
import { joinTabs, tellTabs } from "../src/store/tabs.ts";
import { flashTitle, showCount, stopFlash, titleOf } from "../src/store/title.ts";
import { toasts } from "../src/store/toasts.ts";
import { changes, message, row, session } from "./samples.ts";

let notes = 0;
let lastId = 100;

class FakeAudio {
  state = "running";
  currentTime = 0;
  destination = {};
  createOscillator() {
    notes += 1;
    return { frequency: {}, connect: (next: unknown) => next, start: () => undefined, stop: () => undefined };
  }
  createGain() {
    return { gain: { setValueAtTime: () => 0, linearRampToValueAtTime: () => 0, exponentialRampToValueAtTime: () => 0 }, connect: (next: unknown) => next };
  }
  resume() {
    return Promise.resolve();
  }
}

const arrives = (conversation = 1, part: Parameters<typeof row>[0] = { id: conversation }): void => {
  lastId += 1;
  noticeChanges(changes({ rows: [row(part)], messages: [message({ id: lastId, conversation_id: conversation, text: "Ви тут? 🙏" })] }));
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date"] });
  // The sound remembers when it last played, and the clock of each test begins anew.
  vi.advanceTimersByTime(lastId * 60_000);
  vi.stubGlobal("AudioContext", FakeAudio);
  vi.stubGlobal("navigator", { languages: ["en"] });
  notes = 0;
  toasts.value = [];
  adopt(session());
  joinTabs();
  localStorage.clear();
  startNoticing(0);
  tellTabs({ open: null, focused: true });
});
afterEach(() => {
  stopFlash();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("d09 s01 toasts", () => {
  it("have the name and the text, on another view", () => {
    arrives();
    expect(toasts.value).toMatchObject([{ tone: "message", title: "Олена 1", text: "Ви тут? 🙏", conversation: 1 }]);
  });

  it("appear with another conversation open, and not with this one", () => {
    tellTabs({ open: 2, focused: true });
    arrives();
    expect(toasts.value).toHaveLength(1);
    toasts.value = [];
    tellTabs({ open: 1, focused: true });
    arrives();
    expect(toasts.value).toEqual([]);
  });

  it("appear when this one is open but the window has no focus", () => {
    tellTabs({ open: 1, focused: false });
    arrives();
    expect(toasts.value).toHaveLength(1);
  });

  it("d10 stay away for a colleague's conversation", () => {
    arrives(1, { id: 1, assignee: "lucia" });
    expect(toasts.value).toEqual([]);
  });

  it("hide the text where the agent wants that", () => {
    preferences.value = { ...preferences.value!, hide_text: true };
    arrives();
    expect(toasts.value[0]!.text).toBe("New message");
  });

  it("of one conversation replace each other", () => {
    arrives();
    arrives();
    arrives(2);
    expect(toasts.value.map((toast) => toast.conversation)).toEqual([1, 2]);
  });
});

describe("d08 o16 the sound", () => {
  it("plays once for a burst, and again for the next one", () => {
    arrives();
    arrives();
    arrives(2);
    expect(notes).toBe(2);
    vi.advanceTimersByTime(5_000);
    arrives();
    expect(notes).toBe(4);
  });

  it("is silent when the agent has switched it off", () => {
    preferences.value = { ...preferences.value!, sound: false };
    arrives();
    expect(notes).toBe(0);
  });

  it("is silent when the company has switched it off", () => {
    const whole = session();
    adopt({ ...whole, settings: { ...whole.settings, notify: { sound: false, title_flash: true, desktop: true } } });
    arrives();
    expect(notes).toBe(0);
  });

  it("is silent in a tab that does not lead", () => {
    localStorage.setItem("deskbridge.leader", "another tab");
    arrives();
    expect(notes).toBe(0);
  });

  it("is silent for the conversation being looked at", () => {
    tellTabs({ open: 1, focused: true });
    arrives();
    expect(notes).toBe(0);
  });
});

describe("the title", () => {
  it("s02 has the number of unread conversations", () => {
    expect([titleOf(0), titleOf(3), titleOf(1001)]).toEqual(["Deskbridge", "(3) Deskbridge", "(1000+) Deskbridge"]);
    showCount(2);
    expect(document.title).toBe("(2) Deskbridge");
  });

  it("o17 alternates until the page is looked at again", () => {
    showCount(2);
    flashTitle("Олена wrote");
    const seen = [document.title];
    for (let second = 0; second < 3; second += 1) {
      vi.advanceTimersByTime(1_000);
      seen.push(document.title);
    }
    expect(seen).toEqual(["Олена wrote", "(2) Deskbridge", "Олена wrote", "(2) Deskbridge"]);
    stopFlash();
    vi.advanceTimersByTime(5_000);
    expect(document.title).toBe("(2) Deskbridge");
  });
});
