import type { VNode } from "preact";
import { beforeEach, expect, it, vi } from "vitest";
import { useSteadyPress } from "../src/components/steady-press.ts";
import { show } from "./show.ts";

const followed = vi.fn<(name: string) => void>();

function List(): VNode {
  const steady = useSteadyPress("a");
  const follow = (name: string) => (event: MouseEvent) => {
    event.preventDefault();
    followed(name);
  };
  return (
    <ul {...steady}>
      <li>
        <a href="#one" onClick={follow("one")}>
          <b>One</b>
        </a>
      </li>
      <li>
        <a href="#two" onClick={follow("two")}>
          Two
        </a>
        <button type="button">Menu</button>
      </li>
    </ul>
  );
}

let list: HTMLElement;

/** What a browser tells of a press: its click, if it makes one, comes in the same turn. */
async function press(from: string, clicked: string | null, { moved = 0, ...more }: PointerEventInit & { moved?: number } = {}): Promise<void> {
  const at = (clientX: number): PointerEventInit => ({ bubbles: true, cancelable: true, clientX, clientY: 10, pointerType: "mouse", ...more });
  list.querySelector(from)!.dispatchEvent(new PointerEvent("pointerdown", at(5)));
  list.querySelector(clicked ?? "ul")!.dispatchEvent(new PointerEvent("pointerup", at(5 + moved)));
  if (clicked !== null) list.querySelector(clicked)!.dispatchEvent(new MouseEvent("click", at(5 + moved)));
  await new Promise((done) => setTimeout(done, 5));
}

beforeEach(() => {
  followed.mockClear();
  list = show(<List />);
});

it("a link is followed once by a press that begins and ends on it", async () => {
  await press("b", "b");
  expect(followed.mock.calls).toEqual([["one"]]);
});

it("a link is followed although its row has moved before the button was let go", async () => {
  await press("b", null);
  expect(followed.mock.calls).toEqual([["one"]]);
});

it("a link is followed although the browser tells of a click on the whole list", async () => {
  await press("b", "ul");
  expect(followed.mock.calls).toEqual([["one"]]);
});

it("nothing is followed where the pointer has moved: something was dragged or marked", async () => {
  await press("b", null, { moved: 40 });
  expect(followed).not.toHaveBeenCalled();
});

it("nothing is followed by a press of what is no link, by another button, or by a finger that scrolls", async () => {
  await press("button", null);
  await press("button", "button");
  await press("b", null, { button: 2 });
  await press("b", null, { ctrlKey: true });
  await press("b", null, { pointerType: "touch" });
  expect(followed).not.toHaveBeenCalled();
});
