import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeBox } from "../../src/loader/store.ts";
import { notePage, watchPages } from "../../src/loader/visit.ts";
import type { Stored } from "../../src/shared/port.ts";

const box = makeBox<Stored>("localStorage", "deskbridge:k");
const go = (path: string): void => history.replaceState({}, "", path);

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  localStorage.clear();
  document.title = "Крамниця";
});
afterEach(() => vi.useRealTimers());

describe("a visit", () => {
  it("d36, d38: begins with the first page and the moment it was opened", () => {
    go("/a?utm_source=лист");
    notePage(box);
    expect(box.read().visit).toMatchObject({ url: location.href, title: "Крамниця", started_at: 1_000_000 });
  });

  it("goes on over further pages", () => {
    notePage(box);
    const { visit } = box.read();
    vi.setSystemTime(1_000_000 + 29 * 60_000);
    go("/b");
    notePage(box);
    expect(box.read().visit).toEqual(visit);
  });

  it("is over after half an hour without a page", () => {
    notePage(box);
    vi.setSystemTime(1_000_000 + 31 * 60_000);
    go("/c");
    notePage(box);
    expect(box.read().visit).toMatchObject({ url: location.href, started_at: 1_000_000 + 31 * 60_000 });
  });
});

describe("watching pages", () => {
  it("d36: notices within two seconds when a single-page site moves on, however it does", () => {
    const moved = vi.fn();
    watchPages(moved);
    history.pushState({ kept: true }, "", "/d");
    vi.advanceTimersByTime(2000);
    expect([moved.mock.calls.length, location.pathname, history.state]).toEqual([1, "/d", { kept: true }]);
    history.replaceState({}, "", "/e");
    dispatchEvent(new PopStateEvent("popstate"));
    vi.advanceTimersByTime(2000);
    expect(moved).toHaveBeenCalledTimes(3);
  });
});
