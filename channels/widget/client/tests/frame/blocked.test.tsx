import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "../../src/frame/ui/App.tsx";
import { config, host, thread } from "./make.ts";
import { Socket, World } from "./world.ts";

let world: World;
let root: HTMLElement;

const input = (): HTMLTextAreaElement | null => root.querySelector("textarea");
const locked = (): string => root.querySelector(".locked")?.textContent ?? "";
const tell = (block: { until: number | null } | null): Promise<void> =>
  act(async () => {
    Socket.last.tell({ type: "block", block });
    await world.settle();
  });

async function show(block: { until: number | null } | null): Promise<void> {
  world = new World({ ...host(), stored: { token: "t", person: "p" }, config: config({ pre_chat: [{ field: "name", required: true }] }) });
  world.threads = [thread()];
  world.block = block;
  await world.start();
  await act(() => render(<App desk={world.desk} />, root));
  await act(async () => Socket.last.open());
}

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 2, 12, 12) });
  root = document.body.appendChild(document.createElement("div"));
});

afterEach(async () => {
  await act(() => render(null, root));
  root.remove();
  await world.end();
  vi.unstubAllGlobals();
});

describe("a visitor who is blocked", () => {
  it("D28 finds words where one writes, from the first look on", async () => {
    await show({ until: null });
    expect(input()).toBeNull();
    expect(locked()).toBe("You cannot write here at present.");
    expect(root.querySelector('[aria-label="Attach files"]')).toBeNull();
  });

  it("D28 is told until when", async () => {
    await show({ until: Date.UTC(2026, 2, 13, 9) });
    expect(locked()).toMatch(/^You cannot write here until .*13.*\.$/);
  });

  it("D28 S11 loses the box to write in the moment it happens, and has it back the moment it is over", async () => {
    await show(null);
    expect(input()).not.toBeNull();
    await tell({ until: null });
    expect(input()).toBeNull();
    await tell(null);
    expect(input()).not.toBeNull();
    expect(locked()).toBe("");
  });

  it("begins no other conversation", async () => {
    await show({ until: null });
    await act(() => world.desk.showList());
    expect(root.querySelector("button.primary")).toBeNull();
    expect(locked()).not.toBe("");
  });

  it("is told why a message that was on its way did not go", async () => {
    await show(null);
    world.refuse["messages"] = () => Response.json({ error: { code: "blocked", message: "" } }, { status: 403 });
    await act(async () => {
      world.desk.outbox.send(thread().thread, "Hello", [], null);
      await world.settle();
    });
    expect(root.querySelector(".mark.failed")?.textContent).toContain("You cannot write here at present.");
  });
});
