import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeBox } from "../../src/loader/store.ts";

type Thing = { a?: number | undefined; b?: string };
const box = () => makeBox<Thing>("localStorage", "deskbridge:k");

beforeEach(() => localStorage.clear());
afterEach(() => vi.restoreAllMocks());

describe("what is remembered", () => {
  it("outlives the page", () => {
    box().save({ a: 1, b: "Олена 🧥" });
    expect(box().read()).toEqual({ a: 1, b: "Олена 🧥" });
  });

  it("is changed a part at a time, and is seen when another tab changed it", () => {
    const mine = box();
    mine.save({ a: 1 });
    box().save({ b: "other tab" });
    mine.save({ a: 2 });
    expect(mine.read()).toEqual({ a: 2, b: "other tab" });
  });

  it("loses what is set to undefined", () => {
    const mine = box();
    mine.save({ a: 1 });
    mine.save({ a: undefined });
    expect(localStorage.getItem("deskbridge:k")).toBe("{}");
  });

  it("lives in memory where storage is blocked", () => {
    const blocked = (): never => {
      throw new DOMException("denied", "SecurityError");
    };
    vi.spyOn(window, "localStorage", "get").mockImplementation(blocked);
    const mine = box();
    mine.save({ a: 1 });
    mine.save({ b: "x" });
    expect(mine.read()).toEqual({ a: 1, b: "x" });
  });

  it("keeps the newest in memory when storage is full", () => {
    const mine = box();
    mine.save({ a: 1 });
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    mine.save({ a: 2 });
    expect(mine.read()).toEqual({ a: 2 });
  });

  it("begins anew when what is stored is not ours to read", () => {
    localStorage.setItem("deskbridge:k", "{broken");
    const mine = box();
    expect(mine.read()).toEqual({});
    mine.save({ a: 1 });
    expect(box().read()).toEqual({ a: 1 });
  });
});
