import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Ways } from "../src/components/settings-notices.tsx";
import { adoptChats, forgetChats } from "../src/store/chats.ts";
import { applyChanges, desk } from "../src/store/desk.ts";
import { noticeChanges, startNoticing } from "../src/store/notices.ts";
import { go, route } from "../src/store/route.ts";
import { adopt, preferences, session as signedIn } from "../src/store/session.ts";
import { emptyState } from "../src/store/state.ts";
import { anyFocused, joinTabs, tellTabs } from "../src/store/tabs.ts";
import { stopFlash } from "../src/store/title.ts";
import { toasts } from "../src/store/toasts.ts";
import { changes, message, notify, row, session } from "./samples.ts";
import { press, show } from "./show.ts";

class FakeNotification {
  static permission = "granted";
  static answer = "granted";
  static asked = 0;
  static all: FakeNotification[] = [];
  static async requestPermission() {
    FakeNotification.asked += 1;
    return (FakeNotification.permission = FakeNotification.answer);
  }
  closed = false;
  onclick = () => undefined;
  constructor(
    readonly title: string,
    readonly options: { body: string; tag: string; silent: boolean; renotify: boolean },
  ) {
    FakeNotification.all.push(this);
  }
  close() {
    this.closed = true;
  }
}

/** As a phone's browser: the name is there, and a page may make none. */
class NoneOnPhones extends FakeNotification {
  constructor() {
    super("", { body: "", tag: "", silent: true, renotify: true });
    FakeNotification.all.pop();
    throw new TypeError("Illegal constructor. Use ServiceWorkerRegistration.showNotification() instead.");
  }
}

let lastId = 0;
const { all } = FakeNotification;
const standing = (): (string | undefined)[] => all.filter((one) => !one.closed).map((one) => one.options.body);

/** As the page does: it is told, and then the state has it. */
async function comes(conversation: number, part: Partial<Parameters<typeof message>[0]> = {}): Promise<void> {
  lastId += 1;
  const frame = changes({ rows: [row({ id: conversation }, { mine: true })], messages: [message({ id: lastId, conversation_id: conversation, text: "Ви тут? 🙏", ...part })] });
  noticeChanges(frame);
  applyChanges(frame);
  await vi.dynamicImportSettled();
}

beforeEach(() => {
  vi.stubGlobal("Notification", FakeNotification);
  vi.stubGlobal("navigator", { languages: ["en"] });
  Object.assign(FakeNotification, { permission: "granted", answer: "granted", asked: 0 });
  all.length = 0;
  adopt(session());
  preferences.value = { ...preferences.value!, desktop: true, sound: false, call_sound: false };
  joinTabs();
  localStorage.clear();
  // Without locks the tab that had the focus last speaks, and now it is behind another window.
  tellTabs({ open: null, chat: null, focused: true });
  tellTabs({ open: null, chat: null, focused: false });
  startNoticing(lastId);
});
afterEach(() => {
  signedIn.value = null;
  stopFlash();
  forgetChats();
  go({ conversation: null });
  toasts.value = [];
  desk.value = emptyState;
  vi.unstubAllGlobals();
});

describe("d09 o30 a notice of the system", () => {
  it("has the customer's name and words, and makes no sound of its own", async () => {
    await comes(1);
    expect(all).toMatchObject([{ title: "Олена 1", options: { body: "Ви тут? 🙏", silent: true } }]);
  });

  it("is one for a conversation: a later one takes its place and comes up again, that of another stands beside it", async () => {
    await comes(1);
    await comes(1);
    await comes(2);
    const [first, second, other] = all.map((one) => one.options);
    expect([first!.tag === second!.tag, second!.tag === other!.tag, second!.renotify]).toEqual([true, false, true]);
  });

  it("comes only while no window of the console is in front", async () => {
    tellTabs({ open: 2, chat: null, focused: true });
    await comes(1);
    expect(all).toHaveLength(0);
    tellTabs({ open: 2, chat: null, focused: false });
    await comes(1);
    expect(all).toHaveLength(1);
  });

  it("comes of one tab alone, and of none while another has the focus", async () => {
    localStorage.setItem("deskbridge.leader", "another tab");
    await comes(1);
    expect(all).toHaveLength(0);
    tellTabs({ open: null, chat: null, focused: true });
    tellTabs({ open: null, chat: null, focused: false });
    const other = new BroadcastChannel("deskbridge.tabs");
    for (const focused of [true, false]) {
      other.postMessage({ tab: "other", view: { open: 9, focused } });
      await vi.waitFor(() => expect(anyFocused()).toBe(focused));
      await comes(1);
      expect(all).toHaveLength(focused ? 0 : 1);
    }
    other.close();
  });

  it("comes of nothing a colleague answers, nor where the agent or the company wants none", async () => {
    const frame = (id: number) => changes({ rows: [row({ id, assignee: "lucia" })], messages: [message({ id: (lastId += 1), conversation_id: id })] });
    noticeChanges(frame(1));
    await vi.dynamicImportSettled();
    preferences.value = { ...preferences.value!, desktop: false };
    await comes(1);
    const whole = session();
    adopt({ ...whole, settings: { ...whole.settings, notify: { ...notify, desktop: false } } });
    preferences.value = { ...preferences.value!, desktop: true, sound: false };
    await comes(1);
    expect(all).toHaveLength(0);
  });

  it("says nothing of what is written where the agent hides the text", async () => {
    preferences.value = { ...preferences.value!, hide_text: true };
    await comes(1);
    expect(standing()).toEqual(["New message"]);
    adoptChats([]);
    adoptChats([{ id: 3, topic: null, members: ["anna", "lucia"], last_at: 1, read_up_to: 0, unread: 1, last: { id: 5, agent: "lucia", text: "тут?" } }]);
    return vi.waitFor(() => expect(standing()).toEqual(["New message", "New message"]));
  });

  it("opens its conversation when it is pressed, and is gone", async () => {
    const front = vi.spyOn(window, "focus").mockReturnValue(undefined);
    await comes(4);
    all[0]!.onclick();
    expect([front.mock.calls.length, route.value, standing()]).toEqual([1, { conversation: 4 }, []]);
  });
});

describe("a notice of the system goes away", () => {
  it("when the conversation is looked at here, and that of another stays", async () => {
    await comes(1, { text: "раз" });
    await comes(2, { text: "два" });
    tellTabs({ open: 1, chat: null, focused: true });
    expect(standing()).toEqual(["два"]);
  });

  it("when it is looked at in another tab", async () => {
    await comes(1);
    const other = new BroadcastChannel("deskbridge.tabs");
    other.postMessage({ tab: "other", view: { open: 1, focused: true } });
    await vi.waitFor(() => expect(standing()).toEqual([]));
    other.postMessage({ tab: "other", view: { open: null, focused: false } });
    other.close();
  });

  it("when it was read in another browser up to that message, and not before", async () => {
    await comes(1);
    const read = (upTo: number): void => applyChanges(changes({ rows: [row({ id: 1 }, { mark: { seen: 1, message_id: upTo } })] }));
    read(lastId - 1);
    expect(standing()).toHaveLength(1);
    read(lastId);
    expect(standing()).toEqual([]);
  });

  it("when the conversation is no longer the agent's to see, and at the end of the session", async () => {
    await comes(1, { text: "раз" });
    await comes(2, { text: "два" });
    applyChanges(changes({ gone: [1] }));
    expect(standing()).toEqual(["два"]);
    signedIn.value = null;
    expect(standing()).toEqual([]);
  });

  it("of a chat when the chat is read", async () => {
    const chat = { id: 3, topic: null, members: ["anna", "lucia"], last_at: 1, read_up_to: 0, unread: 1, last: { id: 5, agent: "lucia", text: "тут?" } };
    adoptChats([]);
    adoptChats([chat]);
    await vi.waitFor(() => expect(standing()).toEqual(["тут?"]));
    adoptChats([{ ...chat, read_up_to: 5, unread: 0 }]);
    expect(standing()).toEqual([]);
  });
});

describe("the leave for notices of the system", () => {
  const toggle = (): HTMLInputElement => document.querySelector<HTMLInputElement>('[name="desktop"]')!;
  const pressed = async (): Promise<void> => {
    press(toggle());
    await act(() => new Promise<void>((then) => setTimeout(then, 5)));
  };
  let saved: unknown[] = [];
  let page: HTMLElement;

  beforeEach(() => {
    saved = [];
    FakeNotification.permission = "default";
    preferences.value = { ...preferences.value!, desktop: false };
    vi.stubGlobal("fetch", async (_: string, { body }: RequestInit) => {
      saved.push(JSON.parse(String(body)));
      return new Response(JSON.stringify(preferences.value));
    });
    page = show(<Ways />);
  });
  afterEach(() => render(null, page));

  it("is asked for by the press of its switch and by nothing else", async () => {
    preferences.value = { ...preferences.value!, desktop: true };
    await comes(1);
    expect([FakeNotification.asked, all.length, toggle().checked]).toEqual([0, 0, false]);
    await pressed();
    expect([FakeNotification.asked, saved]).toEqual([1, [{ desktop: true }]]);
  });

  it("that is refused keeps the switch off, and says who can undo it", async () => {
    FakeNotification.answer = "denied";
    await pressed();
    expect([saved, toggle().checked, toggle().disabled]).toEqual([[], false, true]);
    expect(document.body.textContent).toContain("Your browser has forbidden them for this page.");
  });

  // The last one, since the page remembers it for as long as it lives.
  it("is not offered by a browser that makes no notices for a page, and the message comes all the same", async () => {
    vi.stubGlobal("Notification", NoneOnPhones);
    FakeNotification.permission = "granted";
    preferences.value = { ...preferences.value!, desktop: true };
    await comes(1);
    expect([toasts.value.length, desk.value.rows.has(1)]).toEqual([1, true]);
    render(null, page);
    page = show(<Ways />);
    expect(toggle().disabled).toBe(true);
  });
});
