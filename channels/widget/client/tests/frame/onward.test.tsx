import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "../../src/frame/ui/App.tsx";
import type { WidgetConfig } from "../../src/shared/protocol.ts";
import { config } from "./make.ts";
import { Socket, World } from "./world.ts";

let world: World;
let root: HTMLElement;

const LINK = { url: "https://t.me/shop?start=go_1", qr: { size: 21, path: "M0 0h7v1h-7z" }, expires_at: 1 };
const answer = (status: number, body: object) => (): Response => new Response(JSON.stringify(body), { status });
const find = <T extends HTMLElement>(selector: string): T | null => root.querySelector<T>(selector);
const settle = (): Promise<void> => act(async () => void (await world.settle()));

async function show(settings: Partial<WidgetConfig>): Promise<void> {
  world = new World({ config: config(settings) });
  await world.start();
  world.desk.core.store.set({ config: config(settings), phase: "ready" });
  await act(() => render(<App desk={world.desk} />, root));
  await act(async () => Socket.last.open());
  await settle();
}

async function open(): Promise<void> {
  await act(() => find(".header [aria-haspopup]")!.click());
  await vi.waitFor(async () => {
    await settle();
    expect(find(".onward")).not.toBeNull();
  });
}

async function choose(name: string): Promise<void> {
  const button = [...root.querySelectorAll<HTMLElement>(".network")].find((one) => one.textContent === name);
  await act(() => button!.click());
  await settle();
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  HTMLDialogElement.prototype.showModal ??= () => undefined;
  root = document.body.appendChild(document.createElement("div"));
});
afterEach(async () => {
  render(null, root);
  root.remove();
  await world.end();
  vi.unstubAllGlobals();
});

describe("going on in a messenger", () => {
  it("is not offered where the site names none", async () => {
    await show({ continue_via: [] });
    expect(find(".header [aria-haspopup]")).toBeNull();
  });

  it("offers each network by name, and asks for no link before one is chosen", async () => {
    await show({ continue_via: ["vk", "telegram"] });
    await open();
    expect([...root.querySelectorAll(".network")].map((one) => one.textContent)).toEqual(["VK", "Telegram"]);
    expect(world.asked("onward")).toEqual([]);
  });

  it("shows the link and the same as a code", async () => {
    await show({ continue_via: ["telegram"] });
    world.refuse["onward"] = answer(200, LINK);
    await open();
    await choose("Telegram");
    expect(world.asked("onward")[0]!.body).toEqual({ thread: world.desk.core.shown, network: "telegram" });
    const way = find<HTMLAnchorElement>("a.primary")!;
    expect([way.getAttribute("href"), way.target, way.rel]).toEqual([LINK.url, "_blank", "noopener noreferrer"]);
    expect(find(".qr svg")!.getAttribute("viewBox")).toBe("-4 -4 29 29");
    expect(find(".qr path")!.getAttribute("d")).toBe(LINK.qr.path);
    expect(find(".qr svg")!.getAttribute("aria-label")).toBe("QR code that opens Telegram");
  });

  it("says so when it does not work, and shows no link", async () => {
    await show({ continue_via: ["telegram"] });
    world.refuse["onward"] = answer(503, { error: { code: "unavailable", message: "Away." } });
    await open();
    await choose("Telegram");
    expect(find("[role=status] .problem")!.textContent).toContain("did not work");
    expect(find("a.primary")).toBeNull();
  });
});
