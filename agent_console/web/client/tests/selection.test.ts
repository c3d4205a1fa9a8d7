/** What is selected of a list, and what is said of many at once. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as server from "../src/api/endpoints.ts";
import { doForAll } from "../src/store/bulk.ts";
import { applyChanges, applyRows, forgetEverything } from "../src/store/desk.ts";
import { ensure, filterBy, folder, forgetPages, resetFilters } from "../src/store/list.ts";
import { inFolder } from "../src/store/order.ts";
import { addToSelection, allSelected, deselect, followSelection, offered, selectAll, selected, selectNothing, selectThrough, toggleSelected } from "../src/store/selection.ts";
import { adopt } from "../src/store/session.ts";
import { nextStamp } from "../src/store/fresh.ts";
import { toasts } from "../src/store/toasts.ts";
import { dialog } from "../src/store/ui.ts";
import { changes, row, session, T0 } from "./samples.ts";

const ids = (): number[] => [...selected.value].sort((a, b) => a - b);
const rowsOf = (...numbers: number[]) => numbers.map((id) => row({ id, last_at: T0 - id, waiting_since: T0 + id }, { can: ["close"] }));
let stop = (): void => undefined;

beforeEach(async () => {
  adopt(session());
  vi.spyOn(server, "listConversations").mockImplementation(async () => ({ rows: rowsOf(1, 2, 3, 4), next: "more", cursor: "e-1" }));
  folder.value = "new";
  await ensure();
  stop = followSelection();
});

afterEach(() => {
  stop();
  selectNothing();
  forgetEverything();
  forgetPages();
  toasts.value = [];
  dialog.value = null;
  vi.restoreAllMocks();
});

describe("selecting", () => {
  it("S23 takes one after the other, and a stretch with Shift", () => {
    toggleSelected(2);
    expect(ids()).toEqual([2]);
    selectThrough(4);
    expect(ids()).toEqual([2, 3, 4]);
    toggleSelected(3);
    expect(ids()).toEqual([2, 4]);
  });

  it("S25 takes the whole list from the server, also what is not loaded", async () => {
    vi.spyOn(server, "getSelection").mockResolvedValue({ ids: [1, 2, 3, 4, 5, 6], more: false });
    expect(allSelected.value).toBe(false);
    await selectAll();
    expect(ids()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(allSelected.value).toBe(true);
    deselect([6]);
    expect(allSelected.value).toBe(false);
  });

  it("says so where a list is longer than can be selected", async () => {
    vi.spyOn(server, "getSelection").mockResolvedValue({ ids: [1, 2], more: true });
    await selectAll();
    expect(toasts.value.map((one) => one.title)).toEqual(["The list is longer: the first 2 are selected"]);
  });

  it("ends with another folder or another filter", async () => {
    addToSelection(1);
    folder.value = "all";
    expect(ids()).toEqual([]);
    addToSelection(1);
    await filterBy({ inbox: "site" });
    expect(ids()).toEqual([]);
    await resetFilters();
  });

  it("loses what leaves the list, by whoever's doing", () => {
    for (const id of [1, 2, 3]) addToSelection(id);
    applyRows([row({ id: 1, assignee: "lucia" })], nextStamp());
    expect(ids()).toEqual([2, 3]);
    applyChanges(changes({ gone: [2] }));
    deselect([2]);
    expect(ids()).toEqual([3]);
  });

  it("offers what any of them allows, and what it cannot know of those that are not loaded", () => {
    addToSelection(1);
    expect([offered("close"), offered("delete")]).toEqual([true, false]);
    addToSelection(999);
    expect(offered("delete")).toBe(true);
  });
});

describe("one verb for many", () => {
  it("goes to the server some at a time, and what was done is selected no longer", async () => {
    const asked = vi.spyOn(server, "postBulk").mockImplementation(async (some) => ({ done: some, refused: [], cursor: "e-1" }));
    const many = Array.from({ length: 450 }, (_, at) => at + 1);
    for (const id of [1, 450, 451]) addToSelection(id);
    await doForAll(many, { do: "close" });
    expect(asked.mock.calls.map(([some]) => some.length)).toEqual([200, 200, 50]);
    expect(ids()).toEqual([451]);
    expect(toasts.value.map((one) => one.title)).toEqual(["450 conversations closed"]);
  });

  it("names how many were refused, lets see which, and leaves them selected", async () => {
    const refused = [{ id: 2, contact: "Олена", code: "taken", detail: { name: "Lucía" } }];
    vi.spyOn(server, "postBulk").mockResolvedValue({ done: [1], refused, cursor: "e-1" });
    for (const id of [1, 2]) addToSelection(id);
    await doForAll([1, 2], { do: "close" });
    const [said] = toasts.value;
    expect([said!.tone, said!.title, said!.text]).toEqual(["error", "1 conversation closed", "1 was left as it was"]);
    said!.action!.run();
    expect(dialog.value).toEqual({ kind: "refused", refused });
    expect(ids()).toEqual([2]);
  });

  it("R64 what was deleted comes back by the toast", async () => {
    const asked = vi.spyOn(server, "postBulk").mockImplementation(async (some) => ({ done: some, refused: [], cursor: "e-1" }));
    await doForAll([1, 2], { do: "delete" });
    toasts.value[0]!.action!.run();
    await vi.waitFor(() => expect(toasts.value).toHaveLength(2));
    expect(asked.mock.calls.at(-1)).toEqual([[1, 2], { do: "restore" }]);
  });
});

describe("the folder Deleted", () => {
  it("R63 has what was deleted, which is in no other", () => {
    const deleted = row({ id: 1, state: "deleted" }, { mine: true });
    const list = (name: "new" | "mine" | "all" | "closed" | "deleted") => inFolder(deleted, { folder: name, sort: "activity", status: "any" });
    expect([list("new"), list("mine"), list("all"), list("closed"), list("deleted")]).toEqual([false, false, false, false, true]);
  });
});
