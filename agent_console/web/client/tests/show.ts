import { render, type VNode } from "preact";
import { act } from "preact/test-utils";

/** Draws something into a fresh page and answers where it stands. */
export function show(what: VNode): HTMLElement {
  document.body.replaceChildren();
  const place = document.createElement("div");
  document.body.append(place);
  act(() => render(what, place));
  return place;
}

export function press(element: Element | null | undefined): void {
  if (!(element instanceof HTMLElement)) throw new Error("There is nothing to press.");
  act(() => element.click());
}
