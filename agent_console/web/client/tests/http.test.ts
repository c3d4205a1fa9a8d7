/** A session may go on under another cookie while something is asked under the old one. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api, exchange, onSignedOut, useCsrf } from "../src/api/http.ts";

const answers = new Map<string, ((response: Response) => void)[]>();
const signedOut = vi.fn();

const refusal = (code: string, status: number): Response => new Response(JSON.stringify({ error: { code, message: "" } }), { status });
const told = (body: unknown): Response => new Response(JSON.stringify(body));
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Answers the oldest question that waits at this address. */
async function answer(path: string, response: Response): Promise<void> {
  answers.get(path)!.shift()!(response);
  await settle();
}

const waiting = (path: string): number => answers.get(path)?.length ?? 0;

beforeEach(() => {
  answers.clear();
  signedOut.mockClear();
  onSignedOut(signedOut);
  useCsrf("before");
  vi.stubGlobal("fetch", (path: string) => new Promise<Response>((resolve) => answers.set(path, [...(answers.get(path) ?? []), resolve])));
});
afterEach(() => void vi.unstubAllGlobals());

describe("a request", () => {
  it("told that the old cookie has ended is asked once more when the new one is there", async () => {
    const load = api("GET", "/load");
    const change = exchange("/change", {});
    await answer("/load", refusal("signed_out", 401));
    expect(waiting("/load")).toBe(0);
    await answer("/change", told({ csrf: "after" }));
    await change;
    await answer("/load", told({ here: 1 }));
    expect(await load).toEqual({ here: 1 });
    expect(signedOut).not.toHaveBeenCalled();
  });

  it("of before the change whose refusal comes after it is asked once more too", async () => {
    const load = api("GET", "/load");
    const change = exchange("/change", {});
    await answer("/change", told({ csrf: "after" }));
    await change;
    await answer("/load", refusal("signed_out", 401));
    await answer("/load", told({ here: 1 }));
    expect(await load).toEqual({ here: 1 });
    expect(signedOut).not.toHaveBeenCalled();
  });

  it("that is refused under the new cookie too ends the session", async () => {
    const load = api("GET", "/load").catch((error: unknown) => error);
    const change = exchange("/change", {});
    await answer("/change", told({ csrf: "after" }));
    await change;
    await answer("/load", refusal("signed_out", 401));
    await answer("/load", refusal("signed_out", 401));
    expect(await load).toMatchObject({ code: "signed_out" });
    expect(signedOut).toHaveBeenCalledOnce();
  });

  it("that is refused while nothing changes ends the session at once", async () => {
    const load = api("GET", "/load").catch((error: unknown) => error);
    await answer("/load", refusal("signed_out", 401));
    expect(await load).toMatchObject({ code: "signed_out" });
    expect(signedOut).toHaveBeenCalledOnce();
  });

  it("that should change the cookie and is refused ends the session, and what waited for it as well", async () => {
    const load = api("GET", "/load").catch((error: unknown) => error);
    const change = exchange("/change", {}).catch((error: unknown) => error);
    await answer("/load", refusal("signed_out", 401));
    await answer("/change", refusal("signed_out", 401));
    expect(await change).toMatchObject({ code: "signed_out" });
    expect(await load).toMatchObject({ code: "signed_out" });
    expect(signedOut).toHaveBeenCalled();
  });

  it("that should change the cookie takes the token of who signed in anew in another tab", async () => {
    const change = exchange("/change", {});
    await answer("/change", refusal("bad_csrf", 403));
    await answer("/api/session", told({ csrf: "elsewhere" }));
    await answer("/change", told({ csrf: "after" }));
    expect(await change).toEqual({ csrf: "after" });
    expect(signedOut).not.toHaveBeenCalled();
  });
});
