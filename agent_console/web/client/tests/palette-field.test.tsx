import { beforeEach, describe, expect, it, vi } from "vitest";
import { act } from "preact/test-utils";
import { Palette } from "../src/components/palette.tsx";
import { loadPalette } from "../src/store/palette.ts";
import { dialog } from "../src/store/ui.ts";
import { adopt } from "../src/store/session.ts";
import { session } from "./samples.ts";
import { show } from "./show.ts";

beforeEach(() => adopt(session()));

function type(place: HTMLElement, words: string): void {
  const field = place.ownerDocument.querySelector("input")!;
  act(() => {
    field.value = words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  act(() => void field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true })));
}

describe("the palette's field", () => {
  it("runs what Enter was pressed for also when the words of all languages come only then", async () => {
    const place = show(<Palette />);
    type(place, "shortcuts");
    await act(async () => void (await loadPalette()));
    await vi.waitFor(() => expect(dialog.value).toEqual({ kind: "shortcuts" }));
  });

  it("does not say that nothing is found before it has looked", async () => {
    const place = show(<Palette />);
    expect(place.ownerDocument.querySelector(".palette-none")).toBeNull();
    await act(async () => void (await loadPalette()));
    type(place, "щщщщ");
    expect(place.ownerDocument.querySelector(".palette-none")).not.toBeNull();
  });
});
