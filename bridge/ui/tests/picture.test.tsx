import { render, type VNode } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { usePicture } from "../src/picture.ts";

let number = 0;
let src: string;
let host: HTMLElement;
const server = vi.fn<(src: string, how: RequestInit) => Promise<Response>>();

function Picture(): VNode {
  const { state, attempt, onError } = usePicture(src);
  return state === "drawn" ? <img key={attempt} src={src} onError={onError} /> : <p>{state}</p>;
}

const answers = (status: number) => () => Promise.resolve(new Response(null, { status }));
const lost = (): Promise<never> => Promise.reject(new TypeError("Failed to fetch"));
const image = (): HTMLImageElement | null => host.querySelector("img");
const said = (): string => host.textContent;
const draw = (): Promise<void> => act(() => render(<Picture />, host));
const settle = (): Promise<void> => act(async () => void (await vi.advanceTimersByTimeAsync(0)));
const fail = async (): Promise<void> => {
  await act(() => void image()!.dispatchEvent(new Event("error")));
  await settle();
};

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", server);
  src = `/media/${number++}?preview=1`;
  host = document.createElement("div");
  await draw();
});
afterEach(() => {
  render(null, host);
  server.mockReset();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("a picture that fails to load", () => {
  it("is broken when the server says that it cannot be drawn", async () => {
    server.mockImplementation(answers(404));
    await fail();
    expect(said()).toBe("broken");
    expect(server.mock.calls).toEqual([[src, { method: "HEAD", cache: "no-store" }]]);
  });

  it("is known to be broken when it is drawn again, without another question", async () => {
    server.mockImplementation(answers(404));
    await fail();
    await act(() => render(null, host));
    await draw();
    expect(said()).toBe("broken");
    expect(server).toHaveBeenCalledTimes(1);
  });

  it("is asked for again, as a new element, as soon as the connection is back", async () => {
    server.mockImplementation(lost);
    const before = image();
    await fail();
    expect(said()).toBe("waiting");
    server.mockImplementation(answers(200));
    await act(() => void dispatchEvent(new Event("online")));
    await settle();
    expect(image()).not.toBeNull();
    expect(image()).not.toBe(before);
  });

  it("is waited for, ever less often, while the server is down or the session has ended", async () => {
    server.mockImplementation(answers(503));
    await fail();
    await act(async () => void (await vi.advanceTimersByTimeAsync(60_000)));
    expect(said()).toBe("waiting");
    expect(server.mock.calls.length).toBeGreaterThan(4);
    expect(server.mock.calls.length).toBeLessThan(15);
    server.mockImplementation(answers(401));
    await act(async () => void (await vi.advanceTimersByTimeAsync(60_000)));
    expect(said()).toBe("waiting");
    server.mockImplementation(answers(200));
    await act(async () => void (await vi.advanceTimersByTimeAsync(15_000)));
    expect(image()).not.toBeNull();
  });

  it("is tried once more when the server has it, and is broken when that fails too", async () => {
    server.mockImplementation(answers(200));
    await fail();
    expect(image()).not.toBeNull();
    await fail();
    expect(said()).toBe("broken");
  });

  it("is never broken by a line that goes twice", async () => {
    for (let round = 0; round < 4; round++) {
      server.mockImplementationOnce(lost).mockImplementation(answers(200));
      await fail();
      await act(async () => void (await vi.advanceTimersByTimeAsync(1_000)));
      expect(image()).not.toBeNull();
    }
  });

  it("asks nobody about bytes that are on the page itself", async () => {
    src = `blob:https://chat.example/${number}`;
    await draw();
    await fail();
    expect(said()).toBe("broken");
    expect(server).not.toHaveBeenCalled();
  });

  it("asks no longer once it has left the page", async () => {
    server.mockImplementation(lost);
    await fail();
    await act(() => render(null, host));
    const asked = server.mock.calls.length;
    await vi.advanceTimersByTimeAsync(60_000);
    dispatchEvent(new Event("online"));
    expect(server).toHaveBeenCalledTimes(asked);
  });
});
