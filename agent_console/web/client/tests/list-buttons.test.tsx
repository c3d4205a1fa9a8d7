import { beforeEach, expect, describe, it, vi } from "vitest";
import { ListPane } from "../src/components/list-pane.tsx";
import { actions } from "../src/components/selection-bar.tsx";
import { isItem } from "../src/components/menu.tsx";
import { applyRows, forgetEverything } from "../src/store/desk.ts";
import { nextStamp } from "../src/store/fresh.ts";
import { folder } from "../src/store/list.ts";
import { addToSelection, selectNothing } from "../src/store/selection.ts";
import { adopt } from "../src/store/session.ts";
import type { Verb } from "../src/api/types.ts";
import { row, session } from "./samples.ts";
import { show } from "./show.ts";

// The rows themselves need a page with a height.
vi.mock("virtua", () => ({ VList: () => null, Virtualizer: () => null, WindowVirtualizer: () => null }));

const anna = session();
const offered = (can: Verb[]): string[] => {
  applyRows([row({ id: 1 }, { can })], nextStamp());
  addToSelection(1);
  return actions().filter(isItem).map((one) => one.id);
};

beforeEach(() => {
  localStorage.clear();
  forgetEverything();
  selectNothing();
  adopt({ ...anna, statuses: [{ id: "active", label: "Active", kind: "open", color: "#0f766e" }] });
  folder.value = "all";
});

describe("the top of a list of clients", () => {
  const buttons = (): string[] => [...show(<ListPane />).querySelectorAll(".list-bar button")].map((one) => one.getAttribute("aria-label")!);

  it.each(["new", "mine", "all", "closed", "deleted"] as const)("R24 has presence and filters in %s", (name) => {
    folder.value = name;
    expect(buttons()).toEqual(["Your status: Online", "Filter"]);
  });

  it("R24 has what can be done with many instead, while some are selected", () => {
    addToSelection(1);
    expect(buttons()).toEqual(["Actions", "Select nothing"]);
  });
});

describe("what can be done with many", () => {
  it("has status and reopening only where a selected one allows them", () => {
    expect(offered(["set_status", "reopen"])).toEqual(["reopen", "status", "read"]);
    selectNothing();
    expect(offered(["close"])).toEqual(["close", "read"]);
  });

  it("has no status where the configuration has none", () => {
    adopt(anna);
    expect(offered(["set_status"])).toEqual(["read"]);
  });

  it("R24 restores or deletes for good in the folder Deleted", () => {
    folder.value = "deleted";
    expect(offered(["restore", "purge", "reopen"])).toEqual(["restore", "purge"]);
  });
});
