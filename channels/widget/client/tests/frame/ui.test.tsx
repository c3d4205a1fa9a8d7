import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "../../src/frame/ui/App.tsx";
import type { WidgetConfig } from "../../src/shared/protocol.ts";
import { config, message, thread, THREAD } from "./make.ts";
import { Socket, World } from "./world.ts";

let world: World;
let root: HTMLElement;

const one = <T extends HTMLElement>(selector: string): T => {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(`there is no ${selector} in ${root.innerHTML}`);
  return found;
};
const all = (selector: string): HTMLElement[] => [...root.querySelectorAll<HTMLElement>(selector)];
const named = (name: string): HTMLElement => one(`[aria-label="${name}"]`);
const settle = (): Promise<void> => act(async () => void (await world.settle()));
const input = (): HTMLTextAreaElement => one("textarea");

async function show(settings: Partial<WidgetConfig> = {}, known = false): Promise<void> {
  world = new World({
    config: config(settings),
    ...(known && { stored: { token: "t", person: "p", kept: { asked: true } } }),
  });
  if (known) world.threads = [thread({ agent: { name: "Анна" } })];
  await world.start();
  world.desk.core.store.set({ config: config(settings) });
  await act(() => render(<App desk={world.desk} />, root));
  await act(async () => Socket.last.open());
  await settle();
}

async function type(text: string): Promise<void> {
  await act(() => {
    input().value = text;
    input().dispatchEvent(new Event("input", { bubbles: true }));
  });
}

async function press(key: string, fields: KeyboardEventInit = {}): Promise<KeyboardEvent> {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...fields });
  await act(() => void input().dispatchEvent(event));
  await settle();
  return event;
}

async function pick(...files: File[]): Promise<void> {
  const picker = one<HTMLInputElement>('input[type="file"]');
  Object.defineProperty(picker, "files", { value: files, configurable: true });
  await act(() => void picker.dispatchEvent(new Event("change", { bubbles: true })));
}

const sized = (name: string, size: number, type = ""): File =>
  Object.defineProperty(new File(["x"], name, { type }), "size", { value: size });
const sent = (): unknown[] =>
  world
    .asked("messages")
    .filter((request) => "text" in request.body)
    .map((request) => request.body["text"]);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("CSS", { supports: () => true });
  root = document.body.appendChild(document.createElement("div"));
});
afterEach(async () => {
  render(null, root);
  root.remove();
  await world.end();
});

describe("writing", () => {
  it("sends with Enter, once, and makes a new line with Shift+Enter", async () => {
    await show();
    await type("Добрий день 👋🏽");
    expect((await press("Enter", { shiftKey: true })).defaultPrevented).toBe(false);
    expect(sent()).toEqual([]);
    await press("Enter");
    await press("Enter");
    expect([sent(), input().value]).toEqual([["Добрий день 👋🏽"], ""]);
  });

  it("leaves Enter to a keyboard that is composing a letter", async () => {
    await show();
    await type("に");
    await press("Enter", { isComposing: true });
    expect(sent()).toEqual([]);
  });

  it("sends nothing of white space", async () => {
    await show();
    await type(" \n ");
    await press("Enter");
    expect(sent()).toEqual([]);
  });

  it("r45: counts what is no white space, tells when the end is near, and stops at the limit", async () => {
    await show({ max_length: 10 });
    await type("а б в г");
    expect(root.querySelector(".length")).toBeNull();
    await type("а б в г д е є ж з");
    expect(one(".length").textContent).toBe("9 characters of 10");
    await type("а б в г д е є ж з и і");
    await press("Enter");
    expect([sent(), one(".length").getAttribute("role"), input().getAttribute("aria-invalid")]).toEqual([
      [],
      "alert",
      "true",
    ]);
  });

  it("keeps the draft for after a reload", async () => {
    await show();
    await type("недописане");
    await act(() => void vi.advanceTimersByTime(500));
    expect(world.saved.kept?.drafts).toEqual({ new: "недописане" });
  });
});

describe("files", () => {
  it("d20: of exactly the limit are taken, one byte more is refused before it is sent, with the limit named", async () => {
    await show();
    await pick(sized("рівно.zip", 4_194_304), sized("понад.zip", 4_194_305));
    expect(all(".chip").map((chip) => chip.querySelector("bdi")!.textContent)).toEqual(["рівно.zip"]);
    expect(one('[role="alert"]').textContent).toBe("“понад.zip” is 4,194,305 bytes; a file may have up to 4 MB.");
    expect(world.asked("uploads")).toEqual([]);
  });

  it("d19: several go with one message, and any can be taken back before", async () => {
    await show();
    await pick(sized("а.pdf", 1), sized("б.pdf", 2), sized("в.pdf", 3));
    await act(() => named("Remove б.pdf").click());
    let n = 0;
    world.refuse["uploads"] = () => Response.json({ id: `u${(n += 1)}` });
    await press("Enter");
    expect(world.asked("messages").at(-1)!.body).toMatchObject({ text: "", uploads: ["u1", "u2"] });
    expect(all(".chip")).toEqual([]);
  });

  it("o09: a pasted picture is attached and shown, with a name of its own", async () => {
    await show();
    const paste = new Event("paste", { bubbles: true, cancelable: true });
    Object.defineProperty(paste, "clipboardData", { value: { files: [sized("image.png", 5, "image/png")] } });
    await act(() => void input().dispatchEvent(paste));
    expect(one<HTMLImageElement>(".chip img").alt).toMatch(/^image-\d{8}-\d{6}\.png$/);
    expect(paste.defaultPrevented).toBe(true);
  });
});

describe("the log", () => {
  it("announces what is appended", async () => {
    await show({}, true);
    expect([one('[role="log"]').getAttribute("aria-live"), one('[role="log"]').getAttribute("aria-relevant")]).toEqual([
      "polite",
      "additions",
    ]);
  });

  it("shows markup in messages and names as text", async () => {
    await show({ greeting: "<img src=x onerror=alert(1)>" }, true);
    const evil = "<img src=x onerror=alert(2)>";
    await act(() =>
      Socket.last.tell({
        type: "changes",
        cursor: "e-2",
        messages: [message(1, { text: evil, author: { name: evil } })],
        threads: [thread({ agent: { name: evil } })],
      }),
    );
    expect(root.querySelector("img")).toBeNull();
    expect(one(".bubble:not(.greeting)").textContent).toBe(evil);
  });

  it("o32 j01: shows what the program says as from the team, apart from what an agent wrote", async () => {
    await show({ greeting: null }, true);
    const messages = [message(1, { text: "Отримали" }), message(2, { text: "Вітаю!", author: { name: "Анна" } })];
    await act(() => Socket.last.tell({ type: "changes", cursor: "e-2", messages, threads: [thread()] }));
    expect(all(".line .author").map((one) => one.textContent)).toEqual(["Служба підтримки", "Анна"]);
    expect(all(".line").map((one) => one.textContent)).toEqual([
      expect.stringContaining("Служба підтримки: Отримали"),
      expect.stringContaining("Анна: Вітаю!"),
    ]);
  });

  it("R13: shows the photo of who answers at the top, in the log and in the list, and letters where it cannot be loaded", async () => {
    await show({ greeting: null }, true);
    const agent = { name: "Анна", avatar_url: "/media/a1?preview=1&exp=2&sig=3" };
    const messages = [message(1, { text: "Отримали" }), message(2, { text: "Вітаю!", author: agent })];
    await act(() => Socket.last.tell({ type: "changes", cursor: "e-2", messages, threads: [thread({ agent })] }));
    const photos = (): HTMLElement[] => all("img.portrait");
    expect(photos().map((one) => [one.parentElement!.className, one.getAttribute("src")])).toEqual([
      ["header", agent.avatar_url],
      ["author", agent.avatar_url],
    ]);
    await act(() => one<HTMLButtonElement>(".back").click());
    expect(photos().map((one) => one.parentElement!.className)).toEqual(["avatar"]);
    await act(() => void photos()[0]!.dispatchEvent(new Event("error")));
    expect(one(".avatar").textContent).toBe("А");
  });

  it("s46–s49: says in words what became of each own message, and why it failed", async () => {
    await show({}, true);
    const marks = (): (string | null)[] => all(".mark").map((mark) => mark.textContent);
    await type("раз");
    await press("Enter");
    expect(marks()).toEqual(["Sent"]);
    await act(() =>
      Socket.last.tell({ type: "changes", cursor: "e-2", messages: [], threads: [thread({ agent_read_id: 100 })] }),
    );
    expect(marks()).toEqual(["Read"]);
    world.refuse["messages"] = () => Response.json({ error: { code: "too_long", message: "" } }, { status: 422 });
    await type("два");
    await press("Enter");
    expect(marks()[1]).toContain("Not sent: the message is too long");
    delete world.refuse["messages"];
    await act(() => all(".mark .link")[0]!.click());
    await settle();
    expect(marks()).toEqual(["Read", "Sent"]);
  });

  it("shows a message that waits for the network with a word for it", async () => {
    await show({}, true);
    world.refuse["messages"] = () => Response.json({}, { status: 503 });
    await type("чекає");
    await press("Enter");
    expect(one(".mark").textContent).toBe("sending");
    await act(() => Socket.last.onclose?.({ code: 1006 }));
    expect(one(".mark").textContent).toBe("waiting");
    await act(() => void vi.advanceTimersByTime(2500));
    expect(one('[role="status"]').textContent).toContain("No connection");
  });

  it("shows a picture that cannot be drawn as a file to save, alone and opened large", async () => {
    await show({}, true);
    const picture = (id: string) => ({
      id,
      name: `${id}.png`,
      type: "image/png",
      kind: "image" as const,
      size: 4096,
      state: "ready" as const,
      url: `/media/${id}?download=1`,
      preview_url: `/media/${id}?preview=1`,
    });
    const attachments = [picture("good"), picture("cut")];
    await act(() =>
      Socket.last.tell({ type: "changes", cursor: "e-2", messages: [message(1, { attachments })], threads: [] }),
    );
    vi.stubGlobal("fetch", async () => new Response(null, { status: 404 }));
    await act(() => void all(".pictures img")[1]!.dispatchEvent(new Event("error")));
    await settle();
    expect(all(".pictures img").map((image) => image.getAttribute("alt"))).toEqual(["good.png"]);
    expect(one(".pictures a.file").getAttribute("href")).toBe("/media/cut?download=1");
    expect(one(".pictures a.file").textContent).toContain("cut.png4 kB");
    await act(() => one(".pictures button").click());
    await act(() => void one(".lightbox img").dispatchEvent(new Event("error")));
    await settle();
    expect(one(".lightbox a.file").getAttribute("href")).toBe("/media/good?download=1");
  });

  it("shows deleted and edited messages as such, and whom a reply answers", async () => {
    await show({}, true);
    const messages = [
      message(1, { deleted: true, text: "" }),
      message(2, { edited: true, reply_to: { id: 1, text: "про що", from: "visitor" } }),
    ];
    await act(() => Socket.last.tell({ type: "changes", cursor: "e-2", messages, threads: [] }));
    expect([one(".gone").textContent, one(".quote").textContent, one(".meta").textContent]).toEqual([
      "Message deleted",
      "Youпро що",
      expect.stringContaining("edited"),
    ]);
  });
});

describe("the form before a conversation", () => {
  const fields = [
    { field: "name", required: true },
    { field: "order", label: "Замовлення", required: false },
  ];

  it("stands under the greeting, and holds up a message until what is required is there", async () => {
    await show({ pre_chat: fields });
    expect(one(".greeting").compareDocumentPosition(one(".ask")) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
    await type("Привіт");
    await press("Enter");
    expect([sent(), one(".problem").textContent, document.activeElement]).toEqual([
      [],
      "Please fill this in",
      one("#ask-name"),
    ]);
    const name = one<HTMLInputElement>("#ask-name");
    await act(() => {
      name.value = " Олена ";
      name.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await press("Enter");
    expect(world.asked("messages").at(-1)!.body).toMatchObject({ text: "Привіт", pre_chat: { name: "Олена" } });
    expect(world.saved.kept).toMatchObject({ asked: true, answers: { name: "Олена" } });
  });

  it("can be passed over where nothing is required, and is not asked again", async () => {
    await show({ pre_chat: [fields[1]!] });
    await act(() => one<HTMLButtonElement>(".ask .quiet").click());
    expect([root.querySelector(".ask"), world.saved.kept?.asked]).toEqual([null, true]);
  });
});

describe("conversations", () => {
  it("o05: can be left for the list, gone on with, and begun anew", async () => {
    await show({}, true);
    await act(() => named("All conversations").click());
    expect(all(".row")).toHaveLength(1);
    await act(() => one(".list .primary").click());
    await type("Друге питання");
    await press("Enter");
    expect(world.asked("messages").at(-1)!.body["thread"]).not.toBe(THREAD);
    await act(() => named("All conversations").click());
    await act(() => one(".row").click());
    await type("Про перше");
    await press("Enter");
    expect(world.asked("messages").at(-1)!.body["thread"]).toBe(THREAD);
  });

  it("that are not on show say how much is new in them", async () => {
    await show({}, true);
    const other = thread({ thread: "22222222-2222-4222-8222-222222222222", unread: 2 });
    await act(() => Socket.last.tell({ type: "changes", cursor: "e-2", messages: [], threads: [other] }));
    expect(named("All conversations, 2 new messages").querySelector(".dot")).not.toBeNull();
  });

  it("close with Escape", async () => {
    await show();
    await press("Escape");
    expect(world.heard("close")).toHaveLength(1);
  });

  it("o07: can be made larger and back, and what was dragged comes back", async () => {
    await show();
    await world.tell({ stored: { size: [444, 555] } });
    await act(() => named("Larger window").click());
    expect(world.saved.size).toEqual([750, 9999]);
    await act(() => named("Smaller window").click());
    expect(world.saved.size).toEqual([444, 555]);
  });
});
