import { render, type VNode } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, expect, it } from "vitest";
import { Store, useStore } from "../../src/frame/desk/store.ts";

let store: Store<{ phase: string }>;
let root: HTMLElement;

function Phase(): VNode {
  return <p>{useStore(store).phase}</p>;
}

beforeEach(() => {
  store = new Store({ phase: "starting" });
  root = document.createElement("div");
});

it("a change draws the component again", async () => {
  await act(() => render(<Phase />, root));
  await act(() => store.set({ phase: "ready" }));
  expect(root.textContent).toBe("ready");
});

it("what changes between the first drawing and the listening is not missed", async () => {
  await act(() => {
    render(<Phase />, root);
    store.set({ phase: "ready" });
  });
  expect(root.textContent).toBe("ready");
});

it("a component that is gone listens no more", async () => {
  await act(() => render(<Phase />, root));
  await act(() => render(null, root));
  expect(store).toHaveProperty("listeners.size", 0);
});
