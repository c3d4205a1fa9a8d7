import { describe, expect, it } from "vitest";
import type { MessagePage } from "../src/api/types.ts";
import { addAfter, addBefore, emptyThread, hasAfter, hasBefore, learn, openAt, shown } from "../src/store/thread.ts";
import { message } from "./samples.ts";

const page = (ids: number[], has_before: boolean, has_after: boolean): MessagePage => ({
  messages: ids.map((id) => message({ id })),
  has_before,
  has_after,
  cursor: "e-1",
});
const ids = (thread: Parameters<typeof shown>[0]): number[] => shown(thread).map((one) => one.id);

describe("a thread", () => {
  it("shows what is appended at the live end at once", () => {
    const thread = learn(openAt(emptyThread, page([5, 6], true, false), 1), [message({ id: 7 })], 2);
    expect(ids(thread)).toEqual([5, 6, 7]);
  });

  it("keeps a message back while a gap is before it, and shows it once the gap is closed", () => {
    const around = openAt(emptyThread, page([5, 6], true, true), 1);
    const told = learn(around, [message({ id: 20 })], 2);
    expect(ids(told)).toEqual([5, 6]);
    expect(ids(addAfter(told, page([9, 12], false, false), 3))).toEqual([5, 6, 9, 12, 20]);
  });

  it("keeps a message that came while the first page was on its way", () => {
    const told = learn(emptyThread, [message({ id: 8 })], 2);
    expect(ids(told)).toEqual([]);
    expect(ids(openAt(told, page([6, 7], true, false), 1))).toEqual([6, 7, 8]);
  });

  it("does not take back an edit that overtook the page", () => {
    const told = learn(emptyThread, [message({ id: 6, text: "исправлено", revision: 2 })], 2);
    expect(shown(openAt(told, page([6], false, false), 1))[0]!.text).toBe("исправлено");
  });

  it("knows whether there is more above and below", () => {
    const middle = openAt(emptyThread, page([5], true, true), 1);
    expect([hasBefore(middle), hasAfter(middle)]).toEqual([true, true]);
    const whole = addAfter(addBefore(middle, page([1, 2], false, true), 2), page([9], true, false), 3);
    expect([hasBefore(whole), hasAfter(whole)]).toEqual([false, false]);
  });
});
