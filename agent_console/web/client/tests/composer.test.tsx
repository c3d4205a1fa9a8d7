import { beforeEach, describe, expect, it } from "vitest";
import { act } from "preact/test-utils";
import { Composer } from "../src/components/composer.tsx";
import { sendingOf } from "../src/components/text-field.tsx";
import { moreItems } from "../src/components/conversation-header.tsx";
import { isItem } from "../src/components/menu.tsx";
import { emptyDraft } from "../src/store/draft.ts";
import { recallDrafts, writeDraft } from "../src/store/drafts.ts";
import { lockOf } from "../src/store/lock.ts";
import { withQuote } from "../src/store/quote.ts";
import { adopt } from "../src/store/session.ts";
import { writing } from "../src/store/ui.ts";
import { message, row, session } from "./samples.ts";
import { press, show } from "./show.ts";
import type { Row } from "../src/api/types.ts";

const untaken = row({ id: 1 }, { can: ["reply", "note", "take", "close"] });
const mine = row({ id: 1, assignee: "anna" }, { mine: true, can: ["reply", "note", "release", "close"] });
const colleagues = row({ id: 1, assignee: "lucia" }, { can: ["note"] });
const supervised = row({ id: 1, assignee: "lucia" }, { can: ["note", "join", "assign"] });
const closed = row({ id: 1, state: "closed" }, { can: ["reply", "note", "reopen"] });
const watched = row({ id: 1, assignee: "lucia" }, { can: [] });

const draw = (of: Row): HTMLElement => show(<Composer row={of} />);
const button = (place: HTMLElement, name: string): Element | undefined => [...place.querySelectorAll("button")].find((one) => one.textContent?.trim() === name);

beforeEach(() => {
  localStorage.clear();
  adopt(session());
  recallDrafts();
  writing.value = "reply";
});

describe("the lock", () => {
  it("j33 an untaken conversation is answered after a press that takes it", () => {
    expect(lockOf(untaken)).toBe("untaken");
    const place = draw(untaken);
    expect(place.querySelector("textarea")).toBeNull();
    expect(button(place, "Reply to dialog")).toBeDefined();
  });

  it("d14 s44 a colleague's conversation is locked, with the colleague's name", () => {
    expect(lockOf(colleagues)).toBe("taken");
    const place = draw(colleagues);
    expect(place.querySelector("textarea")).toBeNull();
    expect(place.textContent).toContain("Taken by Lucía");
    expect(button(place, "Join")).toBeUndefined();
  });

  it("a supervisor joins by one press", () => {
    expect(button(draw(supervised), "Join")).toBeDefined();
  });

  it("d49 a note can be written whoever has the conversation", () => {
    const place = draw(colleagues);
    press(place.querySelector("[data-tab=note]"));
    expect(place.querySelector("textarea")!.getAttribute("aria-label")).toContain("Note");
  });

  it("s43 a closed conversation can be answered, which reopens it", () => {
    expect(lockOf(closed)).toBe("open");
    expect(draw(closed).textContent).toContain("Sending reopens");
  });

  it("who may only read gets no field at all", () => {
    expect(lockOf(watched)).toBe("taken");
    expect(draw(row({ id: 1, state: "closed" }, { can: [] })).querySelector("textarea, button")).toBeNull();
  });
});

describe("the composer", () => {
  it("s45 counts without spaces and refuses one character too many", () => {
    const place = draw(mine);
    const send = (): HTMLButtonElement => button(place, "Send") as HTMLButtonElement;
    expect(send().disabled).toBe(true);
    act(() => writeDraft(1, "reply", "ї ".repeat(2000)));
    expect(place.querySelector(".counter")!.textContent).toContain("2000 / 2000");
    expect(send().disabled).toBe(false);
    act(() => writeDraft(1, "reply", `${"ї ".repeat(2000)}!`));
    expect(send().disabled).toBe(true);
    expect(place.querySelector(".counter")!.getAttribute("data-over")).toBe("true");
  });

  it.each([
    [{ key: "Enter", ctrlKey: true }, false, "send"],
    [{ key: "Enter", metaKey: true }, false, "send"],
    [{ key: "Enter" }, false, null],
    [{ key: "Enter" }, true, "send"],
    [{ key: "Enter", shiftKey: true }, true, null],
    [{ key: "Enter", altKey: true }, false, "send_close"],
    [{ key: "a", ctrlKey: true }, true, null],
  ])("%j, with Enter sending: %s, means %s", (part, enterSends, means) => {
    const event = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...part };
    expect(sendingOf(event, enterSends)).toBe(means);
  });

  it("s17 quotes by reference, and leaves the text alone", () => {
    const quoted = message({ id: 3, text: "перший\nдругий" });
    expect(withQuote(emptyDraft, quoted)).toMatchObject({ reply_to: { id: 3, text: "перший\nдругий", author: null }, text: "" });
  });
});

describe("the conversation's menu", () => {
  const ids = (of: Row): string[] => moreItems(of).filter(isItem).map((item) => item.id);

  it("d17 offers to release what is mine, and nothing that is not allowed", () => {
    expect(ids(mine)).toEqual(["release", "only", "unread", "follow", "link", "close"]);
    expect(ids(colleagues)).toEqual(["only", "unread", "follow", "link"]);
    expect(ids(closed)).toEqual(["assign", "topics", "only", "unread", "follow", "link", "reopen"]);
  });

  it("calls the participants by that name once there are some", () => {
    const label = (of: Row): string | undefined => moreItems(of).filter(isItem).find((item) => item.id === "participants")?.label;
    expect(label(row({ id: 1 }, { can: ["add_participant"] }))).toBe("Add a colleague");
    expect(label(row({ id: 1, participants: ["lucia"] }, { can: ["add_participant"] }))).toBe("Participants");
  });
});
