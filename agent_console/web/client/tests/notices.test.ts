import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { noticeChanges, startNoticing } from "../src/store/notices.ts";
import { adopt, preferences } from "../src/store/session.ts";
import { desk } from "../src/store/desk.ts";
import { stopRinging } from "../src/store/ring.ts";
import { spans } from "../src/store/shift.ts";
import { emptyState, withRows } from "../src/store/state.ts";
import { joinTabs, tellTabs } from "../src/store/tabs.ts";
import { flashTitle, showCount, stopFlash, titleOf } from "../src/store/title.ts";
import { toasts } from "../src/store/toasts.ts";
import { changes, message, notify, row, session } from "./samples.ts";

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
  tellTabs({ open: null, chat: null, focused: true });
});
afterEach(() => {
  stopFlash();
  stopRinging();
  spans.value = null;
  desk.value = emptyState;
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("d09 s01 toasts", () => {
  it("have the name and the text, on another view", () => {
    arrives();
    expect(toasts.value).toMatchObject([{ tone: "message", title: "Олена 1", text: "Ви тут? 🙏", conversation: 1 }]);
  });

  it("appear with another conversation open, and not with this one", () => {
    tellTabs({ open: 2, chat: null, focused: true });
    arrives();
    expect(toasts.value).toHaveLength(1);
    toasts.value = [];
    tellTabs({ open: 1, chat: null, focused: true });
    arrives();
    expect(toasts.value).toEqual([]);
  });

  it("appear when this one is open but the window has no focus", () => {
    tellTabs({ open: 1, chat: null, focused: false });
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
    adopt({ ...whole, settings: { ...whole.settings, notify: { ...notify, sound: false } } });
    arrives();
    expect(notes).toBe(0);
  });

  it("is silent in a tab that does not lead", () => {
    localStorage.setItem("deskbridge.leader", "another tab");
    arrives();
    expect(notes).toBe(0);
  });

  it("is silent for the conversation being looked at", () => {
    tellTabs({ open: 1, chat: null, focused: true });
    arrives();
    expect(notes).toBe(0);
  });
});

describe("o27 what the agent wants to be told of", () => {
  it("d05 leaves out new customers of a channel they have muted", () => {
    preferences.value = { ...preferences.value!, muted: ["shop_tg"] };
    arrives(1, { id: 1, inbox: "shop_tg" });
    arrives(2, { id: 2, inbox: "site" });
    expect(toasts.value.map((toast) => toast.conversation)).toEqual([2]);
  });

  it("d05 begins with the channels that the YAML gives them, and ends with their own choice", () => {
    const whole = session();
    adopt({ ...whole, settings: { ...whole.settings, notify: { ...notify, inboxes: ["site"] } } });
    arrives(1, { id: 1, inbox: "shop_tg" });
    expect(toasts.value).toEqual([]);
    preferences.value = { ...preferences.value!, muted: [] };
    arrives(1, { id: 1, inbox: "shop_tg" });
    expect(toasts.value).toHaveLength(1);
  });

  it("leaves out the new customers of teams that are not theirs", () => {
    const whole = session();
    adopt({ ...whole, settings: { ...whole.settings, notify: { ...notify, teams: ["sales"] } } });
    arrives(1, { id: 1, team: "support" });
    arrives(2, { id: 2, team: "sales" });
    arrives(3);
    expect(toasts.value.map((toast) => toast.conversation)).toEqual([2, 3]);
  });

  it("is the company's level until they choose another", () => {
    const whole = session();
    adopt({ ...whole, settings: { ...whole.settings, notify: { ...notify, level: "mine" } } });
    arrives();
    expect(toasts.value).toEqual([]);
    preferences.value = { ...preferences.value!, level: "all" };
    arrives();
    expect(toasts.value).toHaveLength(1);
  });
});

describe("the sound that repeats", () => {
  const repeating = (): void => {
    preferences.value = { ...preferences.value!, repeat: true };
  };
  /** As the page does: it is told, and then the state has it. */
  const comes = (part: Parameters<typeof row>[0]): void => {
    arrives(part.id, part);
    desk.value = withRows(emptyState, [row(part)], lastId);
  };

  it("comes again until somebody takes the conversation", () => {
    repeating();
    comes({ id: 1 });
    expect(notes).toBe(2);
    vi.advanceTimersByTime(41_000);
    expect(notes).toBe(6);
    desk.value = withRows(emptyState, [row({ id: 1, assignee: "lucia" })], lastId + 1);
    vi.advanceTimersByTime(60_000);
    expect(notes).toBe(6);
  });

  it("plays once where it is not asked for, and for what is somebody's", () => {
    comes({ id: 1 });
    repeating();
    comes({ id: 2, assignee: "lucia" });
    vi.advanceTimersByTime(60_000);
    expect(notes).toBe(2);
  });
});

describe("quiet outside of the shift", () => {
  it("tells nothing then, and all within", () => {
    preferences.value = { ...preferences.value!, quiet_off_shift: true };
    spans.value = [{ start: Date.now() + 60_000, end: Date.now() + 120_000 }];
    arrives();
    expect(toasts.value).toEqual([]);
    vi.advanceTimersByTime(90_000);
    arrives();
    expect(toasts.value).toHaveLength(1);
  });
});

describe("r33 a call", () => {
  const mention = (part: Partial<Parameters<typeof message>[0]> = {}): void => {
    lastId += 1;
    const note = { id: lastId, kind: "note" as const, author: { kind: "agent" as const, id: "lucia" }, text: "@Анна Коваль, глянь", mentions: ["anna"], ...part };
    noticeChanges(changes({ rows: [row({ id: 1, assignee: "lucia" })], messages: [message(note)] }));
  };

  it("has another sound, and says who calls and about whom", () => {
    mention();
    expect(notes).toBe(3);
    expect(toasts.value).toMatchObject([{ title: "Lucía calls you: Олена 1", text: "@Анна Коваль, глянь" }]);
  });

  it("r32 r33 sounds where messages are silent, and the other way round", () => {
    preferences.value = { ...preferences.value!, sound: false };
    arrives();
    mention();
    expect(notes).toBe(3);
    preferences.value = { ...preferences.value!, sound: true, call_sound: false };
    vi.advanceTimersByTime(5_000);
    mention();
    expect(notes).toBe(3);
    arrives();
    expect(notes).toBe(5);
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
