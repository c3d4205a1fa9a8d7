/** The recovery codes are made as the first code is sent: the sheet stays from then on. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { act } from "preact/test-utils";
import { SecondFactorSetup } from "../src/components/second-factor-setup.tsx";
import { speakPages } from "../src/i18n/pages/index.ts";
import { held } from "../src/store/ui.ts";
import { show } from "./show.ts";

const settled = (): Promise<void> => act(() => new Promise<void>((then) => setTimeout(then, 10)));

/** Sends a first code; `answer` is what the server says to it. */
async function confirming(answer: Promise<Response>): Promise<HTMLElement> {
  await speakPages();
  vi.stubGlobal("fetch", async (path: string) => (path.endsWith("/confirm") ? answer : new Response(JSON.stringify({ secret: "ABCD", qr: { size: 1, path: "" } }))));
  const page = show(<SecondFactorSetup done={() => undefined} />);
  await settled();
  await act(() => void page.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })));
  await settled();
  return page;
}

afterEach(() => {
  vi.unstubAllGlobals();
  held.value = false;
});

describe("a second factor that is being confirmed", () => {
  it("keeps its sheet open before the answer is there, and then for the codes", async () => {
    let answer = (_: Response): void => undefined;
    const page = await confirming(new Promise((resolve) => (answer = resolve)));
    expect(held.value).toBe(true);
    answer(new Response(JSON.stringify({ csrf: "after", recovery_codes: ["один-два"] })));
    await settled();
    expect([held.value, page.querySelector("[data-factor=codes] code")?.textContent]).toEqual([true, "один-два"]);
  });

  it("lets its sheet go where the code was not right", async () => {
    await confirming(Promise.resolve(new Response(JSON.stringify({ error: { code: "bad_code", message: "" } }), { status: 422 })));
    expect(held.value).toBe(false);
  });
});
