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
const at = (clientX: number) => ({ bubbles: true, cancelable: true, clientX, clientY: 10 });

/** What a browser tells of a press that begins on one element and ends on another: the click is their common holder's. */
function press(from: string, clicked: string, moved = 0): void {
  list.querySelector(from)!.dispatchEvent(new PointerEvent("pointerdown", at(5)));
  (clicked === "ul" ? list.querySelector("ul")! : list.querySelector(clicked)!).dispatchEvent(new MouseEvent("click", at(5 + moved)));
}

beforeEach(() => {
  followed.mockClear();
  list = show(<List />);
});

it("a link is followed once by a press that begins and ends on it", () => {
  press("b", "b");
  expect(followed.mock.calls).toEqual([["one"]]);
});

it("a link is followed although its row has moved away before the button was let go", () => {
  press("b", "ul");
  expect(followed.mock.calls).toEqual([["one"]]);
});

it("nothing is followed where the pointer has moved: something was dragged or marked", () => {
  press("b", "ul", 40);
  expect(followed).not.toHaveBeenCalled();
});

it("nothing is followed by a press of what is no link", () => {
  press("button", "ul");
  press("button", "button");
  expect(followed).not.toHaveBeenCalled();
});
