import { afterEach, describe, expect, it, vi } from "vitest";
import { act } from "preact/test-utils";
import { SignIn } from "../src/components/sign-in.tsx";
import { press, show } from "./show.ts";

const settled = (): Promise<void> => act(() => new Promise<void>((then) => setTimeout(then, 10)));

/** A door that wants a code, and takes none of those it is given. */
async function atTheDoor(): Promise<HTMLElement> {
  vi.stubGlobal("fetch", async (path: string, init?: RequestInit) => {
    if (path.endsWith("/ways")) return new Response(JSON.stringify({ oidc: null }));
    const code = String(init?.body).includes('"code"') ? "bad_code" : "code_required";
    return new Response(JSON.stringify({ error: { code, message: code, request_id: "r" } }), { status: 401 });
  });
  const page = show(<SignIn />);
  await submit(page);
  return page;
}

async function submit(page: HTMLElement): Promise<void> {
  await act(() => void page.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })));
  await settled();
}

const problem = (page: HTMLElement): string | null | undefined => page.querySelector("form .problem")?.textContent;

afterEach(() => vi.unstubAllGlobals());

describe("a code at the door", () => {
  it("is no longer called wrong once another one is written or a recovery code is asked for", async () => {
    const page = await atTheDoor();
    expect(problem(page)).toBe("");
    await submit(page);
    expect(problem(page)).toContain("This code is not right");
    const field = page.querySelector<HTMLInputElement>("[name=code]")!;
    await act(() => {
      field.value = "1";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    expect(problem(page)).toBe("");
    await submit(page);
    expect(problem(page)).not.toBe("");
    press(page.querySelector("form .btn.quiet"));
    expect(problem(page)).toBe("");
  });
});
