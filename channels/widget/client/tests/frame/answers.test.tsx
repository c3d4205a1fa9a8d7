import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "../../src/frame/ui/App.tsx";
import type { Button, WMessage } from "../../src/shared/protocol.ts";
import { message, thread } from "./make.ts";
import { Socket, World } from "./world.ts";

let world: World;
let root: HTMLElement;

const YES: Button = { id: "still_questions/7/yes", text: "Yes" };
const NO: Button = { id: "still_questions/7/no", text: "No" };
const question = (fields: Partial<WMessage> = {}): WMessage =>
  message(7, { text: "Do you still have questions?", buttons: [YES, NO], ...fields });
const answered = (): WMessage => question({ buttons: [YES, { ...NO, chosen: true }] });
const settle = (): Promise<void> => act(async () => void (await world.settle()));
const button = (text: string): HTMLElement =>
  [...root.querySelectorAll<HTMLElement>(".answer")].find((one) => one.textContent === text)!;
const status = (): string => root.querySelector(".line [role=status]")!.textContent;

async function show(asked = question()): Promise<void> {
  world = new World({ stored: { token: "t", person: "p", kept: { asked: true } } });
  world.threads = [thread()];
  world.messages = [asked];
  await world.start();
  await act(() => render(<App desk={world.desk} />, root));
  await act(async () => Socket.last.open());
  await settle();
}

async function press(text: string): Promise<void> {
  await act(() => button(text).click());
  await settle();
}

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

describe("j24 j25 the answers under a question", () => {
  it("are a named group of buttons that can be pressed", async () => {
    await show();
    const group = root.querySelector("[role=group].answers")!;
    expect(group.getAttribute("aria-label")).toBe("Answers");
    expect([...group.querySelectorAll("button")].map((one) => one.textContent)).toEqual(["Yes", "No"]);
    expect(button("No").getAttribute("aria-disabled")).toBe("false");
  });

  it("tell the server which was pressed, once, and stay to be seen with the one that counts", async () => {
    await show();
    world.refuse["presses"] = () => Response.json({ message: answered(), cursor: "e-2" });
    await press("No");
    await press("Yes");
    const { body } = world.asked("presses")[0]!;
    expect(world.asked("presses")).toHaveLength(1);
    expect(body).toMatchObject({ message_id: 7, button: NO.id });
    expect(button("No").getAttribute("aria-pressed")).toBe("true");
    expect(button("Yes").getAttribute("aria-disabled")).toBe("true");
    expect(status()).toBe("Your answer: No");
  });

  it("take no press where the answer came from elsewhere", async () => {
    await show(answered());
    await press("Yes");
    expect(world.asked("presses")).toHaveLength(0);
  });

  it("say so, and can be pressed no more, where it is too late", async () => {
    await show();
    world.refuse["presses"] = () => Response.json({ code: "too_late", message: "" }, { status: 409 });
    await press("No");
    expect(status()).toBe("This can no longer be answered. Simply write to us.");
    await press("Yes");
    expect(world.asked("presses")).toHaveLength(1);
  });

  it("can be pressed again after a failure on the way", async () => {
    await show();
    world.refuse["presses"] = () => Response.json({ code: "internal", message: "" }, { status: 500 });
    await press("No");
    expect(status()).toBe("This did not work. Please try again.");
    world.refuse["presses"] = () => Response.json({ message: answered(), cursor: "e-2" });
    await press("No");
    expect(button("No").getAttribute("aria-pressed")).toBe("true");
  });
});
