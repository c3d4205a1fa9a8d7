import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { config } from "../frame/make.ts";

const ORIGIN = "https://support.example";
type Called = { data: unknown; ports: MessagePort[] };

let answer: () => Promise<Response>;
const asked: string[] = [];

/** Runs the loader as its script tag would, with `q` waiting from before. */
async function load({ q = [], attributes = "" }: { q?: unknown[][]; attributes?: string } = {}): Promise<void> {
  document.body.innerHTML = `<script type="text/plain" src="${ORIGIN}/w.js" data-key="site_main" ${attributes}></script>`;
  const stub = vi.fn();
  window.Deskbridge = q.length > 0 ? Object.assign(stub, { q }) : undefined;
  vi.resetModules();
  await import("../../src/loader/main.ts");
  await vi.advanceTimersByTimeAsync(0);
}

const host = (): HTMLElement => document.getElementById("deskbridge")!;
const launcher = (): HTMLButtonElement => host().shadowRoot!.querySelector("button")!;
const badge = (): string => host().shadowRoot!.querySelector("b")!.textContent;
const frame = (): HTMLIFrameElement | null => host().shadowRoot!.querySelector("iframe");
const call = (...args: unknown[]): void => window.Deskbridge!(...args);

/** Greets the loader as the frame does; answers with the port's other end and what was told over it. */
function greet(origin = ORIGIN, foreign?: unknown): { port: MessagePort | undefined; told: unknown[] } {
  const called: Called[] = [];
  const postMessage = (data: unknown, target: string, ports: MessagePort[]): void =>
    void (target === ORIGIN && called.push({ data, ports }));
  const other = { postMessage };
  Object.defineProperty(frame()!, "contentWindow", { value: other, configurable: true });
  const event = new MessageEvent("message", { data: { deskbridge: "ready" }, origin });
  Object.defineProperty(event, "source", { value: foreign ?? other });
  dispatchEvent(event);
  const told: unknown[] = [];
  const port = called[0]?.ports[0];
  if (port) port.onmessage = ({ data }) => told.push(data);
  return { port, told };
}

/** Ports deliver after a while of their own; what goes through one made now arrives after what went before. */
async function settle(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const { port1, port2 } = new MessageChannel();
    await new Promise((done) => {
      port1.onmessage = done;
      port2.postMessage("");
    });
    port1.close();
  }
}

beforeEach(() => {
  // No test fetches the frame's page, and happy-dom need not say so each time.
  const { console } = document.defaultView as unknown as { console: Console };
  vi.spyOn(console, "error").mockImplementation((cause) => {
    if (!String(cause).includes("Iframe page loading is disabled")) throw cause;
  });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  localStorage.clear();
  sessionStorage.clear();
  asked.length = 0;
  answer = async () => Response.json(config());
  vi.stubGlobal("fetch", (url: string) => {
    asked.push(url);
    return answer();
  });
  vi.stubGlobal("visualViewport", { height: 768, offsetTop: 0 });
  vi.stubGlobal("requestIdleCallback", (then: () => void) => setTimeout(then, 50));
});

afterEach(() => {
  window.Deskbridge?.("destroy");
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("the launcher", () => {
  it("is a real button with a name and a state, and loads no frame for a stranger", async () => {
    await load();
    await vi.advanceTimersByTimeAsync(5000);
    expect([launcher().ariaLabel, launcher().ariaExpanded, frame()]).toEqual(["Служба підтримки", "false", null]);
  });

  it("asks for the configuration in the browser's languages, or in the one the page names", async () => {
    await load();
    await load({ attributes: 'data-locale="uk"' });
    expect(asked).toEqual([
      `${ORIGIN}/widget/site_main/api/config?locale=${navigator.languages}`,
      `${ORIGIN}/widget/site_main/api/config?locale=uk`,
    ]);
  });

  it.each(["pointerenter", "focus"])("loads the frame on %s", async (intent) => {
    await load();
    launcher().dispatchEvent(new Event(intent));
    expect(frame()!.src).toBe(`${ORIGIN}/widget/site_main`);
  });

  it("loads the frame when idle for who has written before", async () => {
    localStorage.setItem("deskbridge:site_main", '{"token":"t"}');
    await load();
    expect(frame()).toBeNull();
    await vi.advanceTimersByTimeAsync(50);
    expect(frame()).not.toBeNull();
  });

  it("opens, closes with Escape, and opens again after a reload of the tab that left it open", async () => {
    await load();
    launcher().click();
    expect(launcher().ariaExpanded).toBe("true");
    await load();
    expect(launcher().ariaExpanded).toBe("true");
    launcher().dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(launcher().ariaExpanded).toBe("false");
    await load();
    expect(launcher().ariaExpanded).toBe("false");
  });

  it("opens at first where the page says so", async () => {
    await load({ attributes: "data-open" });
    expect(launcher().ariaExpanded).toBe("true");
  });

  it("counts unread messages up to 99+, in its name too", async () => {
    await load();
    launcher().dispatchEvent(new Event("focus"));
    const { port } = greet();
    port!.postMessage({ type: "unread", count: 7 });
    await settle();
    expect([badge(), launcher().ariaLabel]).toEqual(["7", "Служба підтримки (7)"]);
    port!.postMessage({ type: "unread", count: 100 });
    await settle();
    expect(badge()).toBe("99+");
  });

  it("says why it is not there, and comes when the server does", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    answer = async () => new Response("", { status: 503 });
    const errors: unknown[] = [];
    await load({ q: [["on", "error", (detail: unknown) => errors.push(detail)]] });
    expect([document.getElementById("deskbridge"), errors, warn.mock.calls.length]).toEqual([
      null,
      [{ code: "config" }],
      1,
    ]);
    answer = async () => Response.json(config());
    await vi.advanceTimersByTimeAsync(4000);
    expect(host()).not.toBeNull();
  });
});

describe("calls to Deskbridge", () => {
  it("that came before the script are run in order once the widget stands", async () => {
    const seen: string[] = [];
    await load({
      q: [
        ["on", "open", () => seen.push("open")],
        ["on", "ready", () => seen.push("ready")],
        ["open"],
        ["close"],
        ["on", "close", () => seen.push("late")],
      ],
    });
    expect([seen, launcher().ariaExpanded]).toEqual([["open", "late", "ready"], "false"]);
  });

  it("tell who asks late that it is ready", async () => {
    await load();
    const ready = vi.fn();
    call("on", "ready", ready);
    expect(ready).toHaveBeenCalledOnce();
  });

  it("ignore names that do not exist", async () => {
    await load();
    expect(() => call("explode")).not.toThrow();
  });

  it("hide and show the launcher", async () => {
    await load();
    call("hide");
    expect(host().style.display).toBe("none");
    call("show");
    expect(host().style.display).toBe("");
  });

  it("raise DOM events beside the listeners", async () => {
    await load();
    const heard = vi.fn();
    addEventListener("deskbridge:open", heard, { once: true });
    call("open");
    expect(heard).toHaveBeenCalledOnce();
  });

  it("change the language", async () => {
    await load();
    answer = async () => Response.json(config({ name: "Atención al cliente", locale: "es" }));
    call("locale", "es");
    await vi.advanceTimersByTimeAsync(0);
    expect([asked.at(-1), launcher().ariaLabel]).toEqual([
      `${ORIGIN}/widget/site_main/api/config?locale=es`,
      "Atención al cliente",
    ]);
  });

  it("forget the visitor on shutdown", async () => {
    localStorage.setItem("deskbridge:site_main", '{"token":"t","outbox:1":[{}],"kept":{"asked":true}}');
    await load();
    call("open");
    call("shutdown");
    const left = JSON.parse(localStorage.getItem("deskbridge:site_main")!) as object;
    expect([Object.keys(left), frame(), launcher().ariaExpanded]).toEqual([["visit", "seen_at"], null, "false"]);
  });

  it("take everything away on destroy", async () => {
    await load();
    call("destroy");
    expect([document.getElementById("deskbridge"), window.Deskbridge]).toEqual([null, undefined]);
  });
});

describe("the line to the frame", () => {
  it("is given to our own frame on our own origin alone", async () => {
    await load();
    launcher().dispatchEvent(new Event("focus"));
    expect(greet("https://evil.example").port).toBeUndefined();
    expect(greet(ORIGIN, window).port).toBeUndefined();
    expect(greet().port).toBeDefined();
  });

  it("tells everything at first, and again whenever something changes", async () => {
    localStorage.setItem("deskbridge:site_main", '{"token":"t","outbox:9":[{"client_id":"a"}]}');
    await load();
    launcher().dispatchEvent(new Event("focus"));
    const { told } = greet();
    call("identify", { name: "Олена" });
    call("identify", { token: "jwt" });
    call("set", { plan: "gold" });
    call("open");
    await settle();
    expect(told[0]).toMatchObject({
      config: { key: "site_main" },
      stored: { token: "t", "outbox:9": [{ client_id: "a" }] },
      open: false,
      who: {},
    });
    expect(told.at(-1)).toMatchObject({
      who: { name: "Олена", token: "jwt" },
      attributes: { plan: "gold" },
      open: true,
      focus: true,
    });
  });

  it("keeps what the frame wants kept", async () => {
    await load();
    launcher().dispatchEvent(new Event("focus"));
    const { port } = greet();
    port!.postMessage({ type: "save", data: { token: "new" } });
    port!.postMessage({ type: "save", data: { "outbox:1": [{ client_id: "a" }] } });
    await settle();
    expect(JSON.parse(localStorage.getItem("deskbridge:site_main")!)).toMatchObject({
      token: "new",
      "outbox:1": [{ client_id: "a" }],
    });
  });

  it("passes messages on to the site", async () => {
    await load();
    const heard = vi.fn();
    call("on", "message", heard);
    launcher().dispatchEvent(new Event("focus"));
    greet().port!.postMessage({ type: "message", id: 3, text: "Так, лишилося дві" });
    await settle();
    expect(heard).toHaveBeenCalledWith(expect.objectContaining({ id: 3, text: "Так, лишилося дві" }));
  });
});

describe("r56: a link back", () => {
  const LINK = `mail_${"a".repeat(43)}`;
  const arrive = (hash: string): void => history.replaceState(null, "", `/lamps?colour=red${hash}`);
  beforeEach(() => sessionStorage.clear());
  afterEach(() => arrive(""));

  it("leaves the address before anything is fetched, and opens the panel", async () => {
    arrive(`#deskbridge=${LINK}`);
    let seen = "";
    const before = answer;
    answer = () => {
      seen = location.href;
      return before();
    };
    await load();
    expect(seen).toBe(`${location.origin}/lamps?colour=red`);
    expect(frame()).not.toBeNull();
    const { told } = greet();
    await settle();
    expect(told.at(-1)).toMatchObject({ back: LINK, open: true, page: { url: seen } });
  });
  it("is kept through a reload until the frame has done with it", async () => {
    arrive(`#deskbridge=${LINK}`);
    await load();
    await load();
    const { port, told } = greet();
    await settle();
    expect(told.at(-1)).toMatchObject({ back: LINK });
    port!.postMessage({ type: "save", data: {}, tab: { back: undefined } });
    await settle();
    expect(sessionStorage.getItem("deskbridge:site_main")).toBe('{"open":true}');
  });
  it("leaves any other fragment alone", async () => {
    arrive("#delivery");
    await load();
    expect(location.hash).toBe("#delivery");
    expect(frame()).toBeNull();
  });
});
