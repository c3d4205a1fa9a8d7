import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError, request } from "../src/errors.ts";

const answers = (status: number, body: string | null): void => {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(body, { status })));
};
const refused = (url: string): Promise<ApiError> =>
  request(url).then(
    () => Promise.reject(new Error("expected a refusal")),
    (error: ApiError) => error,
  );

afterEach(() => vi.unstubAllGlobals());

describe("a request", () => {
  it("answers with the body", async () => {
    answers(200, '{"a":1}');
    expect(await request("/x")).toEqual({ a: 1 });
  });
  it("answers nothing for 204", async () => {
    answers(204, null);
    expect(await request("/x")).toBeUndefined();
  });
  it("carries the server's reason", async () => {
    answers(422, '{"error":{"code":"too_long","message":"Too long.","detail":{"limit":5},"request_id":"r1"}}');
    const error = await refused("/x");
    expect([error.status, error.code, error.detail, error.requestId, error.passing]).toEqual([
      422,
      "too_long",
      { limit: 5 },
      "r1",
      false,
    ]);
  });
  it("turns a proxy's page into a passing error", async () => {
    answers(502, "<html>Bad gateway</html>");
    const error = await refused("/x");
    expect([error.code, error.passing]).toEqual(["http", true]);
  });
  it("does not take a page that is no JSON for an answer", async () => {
    answers(200, "<html>Sign in to the hotel's wifi</html>");
    const error = await refused("/x");
    expect([error.code, error.passing]).toEqual(["http", true]);
  });
  it("takes half an answer for none", async () => {
    const broken = new ReadableStream({ start: (half) => half.error(new TypeError("Failed to fetch")) });
    vi.stubGlobal("fetch", () => Promise.resolve(new Response(broken, { status: 201 })));
    const error = await refused("/x");
    expect([error.status, error.code, error.passing]).toEqual([0, "network", true]);
  });
  it("takes a line that says nothing for too long for one that is broken", async () => {
    vi.stubGlobal("fetch", (_: string, { signal }: { signal: AbortSignal }) => {
      return new Promise((_, fail) => signal.addEventListener("abort", () => fail(signal.reason)));
    });
    const error = await request("/x", { signal: AbortSignal.timeout(5) }).catch((one: unknown) => one);
    expect([(error as ApiError).code, (error as ApiError).passing]).toEqual(["network", true]);
  });
  it("says nothing of a line that was let go of on purpose", async () => {
    const given = new AbortController();
    given.abort();
    vi.stubGlobal("fetch", () => Promise.reject(given.signal.reason));
    await expect(request("/x", { signal: given.signal })).rejects.toBe(given.signal.reason);
  });
  it("says when nobody answered", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")));
    const error = await refused("/x");
    expect([error.status, error.code, error.passing]).toEqual([0, "network", true]);
  });
});
