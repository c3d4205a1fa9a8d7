import { afterEach, describe, expect, it, vi } from "vitest";
import { Boundary } from "../src/components/boundary.tsx";
import { press, show } from "./show.ts";

afterEach(() => vi.restoreAllMocks());

describe("a fault in one pane", () => {
  it("stays there, is told to the console, and can be tried again", () => {
    const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
    let broken = true;
    const Pane = () => {
      if (broken) throw new Error("a message nobody foresaw");
      return <p>Повідомлення</p>;
    };
    const place = show(
      <div>
        <Boundary class="list">
          <Pane />
        </Boundary>
        <p>Поруч</p>
      </div>,
    );
    expect(place.textContent).toContain("Something went wrong");
    expect(place.textContent).toContain("Поруч");
    expect(told).toHaveBeenCalledOnce();
    broken = false;
    press(place.querySelector("button"));
    expect(place.textContent).toContain("Повідомлення");
  });
});
