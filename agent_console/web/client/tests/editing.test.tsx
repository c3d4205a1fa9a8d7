import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { act } from "preact/test-utils";
import type { Message, Row } from "../src/api/types.ts";
import { Composer } from "../src/components/composer.tsx";
import { DeleteMessage } from "../src/components/delete-message.tsx";
import { applyRows, changeThread, forgetEverything } from "../src/store/desk.ts";
import { recallDrafts, writeDraft } from "../src/store/drafts.ts";
import { beginEditing, canEditLast, editingOf, editLast, endEditing, writeEditing } from "../src/store/editing.ts";
import { nextStamp } from "../src/store/fresh.ts";
import { threadOf } from "../src/store/reading.ts";
import { route } from "../src/store/route.ts";
import { adopt } from "../src/store/session.ts";
import { learn, openAt } from "../src/store/thread.ts";
import { toasts } from "../src/store/toasts.ts";
import { dialog, writing } from "../src/store/ui.ts";
import { caps, message, own, row, session } from "./samples.ts";
import { press, show } from "./show.ts";

const mine = row({ id: 1, assignee: "anna" }, { mine: true, can: ["reply", "note", "edit_message", "delete_message"] });
const untaken = row({ id: 1 }, { can: ["reply", "note", "take", "edit_message"] });
const said = own({ id: 5, text: "Буде завтра" });

const button = (place: HTMLElement, name: string): HTMLButtonElement | undefined => [...place.querySelectorAll("button")].find((one) => (one.getAttribute("aria-label") ?? one.textContent?.trim()) === name);
const field = (place: HTMLElement): HTMLTextAreaElement => place.querySelector("textarea")!;
const draw = (of: Row = mine): HTMLElement => show(<Composer row={of} />);

function inThread(...messages: Message[]): void {
  changeThread(1, (thread) => openAt(thread, { messages, has_before: false, has_after: false, cursor: "e-1" }, nextStamp()));
}

let asked: { method: string; path: string; body: unknown }[] = [];
function answer(status: number, body: unknown): void {
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    asked.push({ method: init.method!, path, body: init.body === undefined ? null : JSON.parse(String(init.body)) });
    return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
  });
}

beforeEach(() => {
  localStorage.clear();
  forgetEverything();
  asked = [];
  toasts.value = [];
  adopt(session({ inboxes: [{ id: "site", kind: "widget", name: "Website", starts_by_link: false, capabilities: caps({ edits: true, deletes: true }) }] }));
  recallDrafts();
  writing.value = "reply";
  route.value = { ...route.value, conversation: 1 };
  applyRows([mine], nextStamp());
  inThread(message({ id: 4 }), said);
  for (const kind of ["reply", "note"] as const) endEditing(1, kind);
});
afterEach(() => vi.unstubAllGlobals());

describe("J34 editing in the composer", () => {
  it("shows that and what is edited, with the text to change", () => {
    const place = draw();
    act(() => beginEditing(said));
    expect(place.querySelector("[data-editing]")!.getAttribute("data-editing")).toBe("5");
    expect(place.querySelector(".editor-quote")!.textContent).toContain("Editing Буде завтра");
    expect(field(place).value).toBe("Буде завтра");
    expect(field(place).getAttribute("aria-label")).toBe("New text of the message");
    expect(button(place, "Attach files")).toBeUndefined();
  });

  it("Escape leaves the message as it was and finds the draft again", () => {
    const place = draw();
    act(() => writeDraft(1, "reply", "чернетка"));
    act(() => beginEditing(said));
    act(() => writeEditing(1, "reply", "зовсім інше"));
    act(() => {
      field(place).dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
    });
    expect(place.querySelector("[data-editing]")).toBeNull();
    expect(field(place).value).toBe("чернетка");
    expect(asked).toEqual([]);
  });

  it("saves the new text, and the composer is the draft's again", async () => {
    answer(200, { message: { ...said, text: "Буде в п'ятницю", edited_at: 1, revision: 2 } });
    const place = draw();
    act(() => beginEditing(said));
    act(() => writeEditing(1, "reply", " Буде в п'ятницю "));
    press(button(place, "Save"));
    await vi.waitFor(() => expect(editingOf(1, "reply")).toBeNull());
    expect(asked).toEqual([{ method: "PATCH", path: "/api/messages/5", body: { text: "Буде в п'ятницю" } }]);
    expect(threadOf(1).known.get(5)!.value.text).toBe("Буде в п'ятницю");
  });

  it("asks the server nothing where nothing has changed", () => {
    answer(500, {});
    const place = draw();
    act(() => beginEditing(said));
    press(button(place, "Save"));
    expect(editingOf(1, "reply")).toBeNull();
    expect(asked).toEqual([]);
  });

  it.each([
    ["edit_splits", 409, "The network would need more or fewer messages"],
    ["state", 409, "This is not possible any more"],
    ["unsupported", 409, "The channel cannot do this."],
    ["forbidden", 403, "You have no right to do this."],
  ])("what is refused (%s) is said in words, and the text stays to be changed", async (code, status, words) => {
    answer(status, { error: { code, message: "No.", detail: {} } });
    const place = draw();
    act(() => beginEditing(said));
    act(() => writeEditing(1, "reply", "довше"));
    press(button(place, "Save"));
    await vi.waitFor(() => expect(toasts.value[0]?.title).toContain(words));
    expect(field(place).value).toBe("довше");
    expect(button(place, "Save")!.disabled).toBe(false);
  });

  it("saves nothing empty and nothing over the limit, but a file may lose its words", () => {
    const place = draw();
    act(() => beginEditing(said));
    for (const text of ["", " \n", "ї".repeat(2001)]) {
      act(() => writeEditing(1, "reply", text));
      expect(button(place, "Save")!.disabled).toBe(true);
    }
    const file = { id: "f", name: "f", type: "text/plain", size: 1, kind: "file" as const, url: "/media/f", state: "ready" as const };
    act(() => beginEditing({ ...said, attachments: [file] }));
    act(() => writeEditing(1, "reply", ""));
    expect(button(place, "Save")!.disabled).toBe(false);
  });

  it("a note is edited where notes are written", () => {
    const place = draw();
    act(() => beginEditing(own({ id: 6, kind: "note", text: "Третя коробка" })));
    expect(place.querySelector("[data-composer]")!.getAttribute("data-composer")).toBe("note");
    expect(field(place).value).toBe("Третя коробка");
  });

  it("an untaken conversation need not be taken for it", () => {
    const place = draw(untaken);
    expect(field(place)).toBeNull();
    act(() => beginEditing(said));
    expect(field(place).value).toBe("Буде завтра");
    press(button(place, "Cancel"));
    expect(button(place, "Reply to dialog")).toBeDefined();
  });

  it("ends when somebody takes the message back meanwhile", () => {
    const place = draw();
    act(() => beginEditing(said));
    act(() => changeThread(1, (thread) => learn(thread, [{ ...said, text: "", deleted: true }], nextStamp())));
    expect(place.querySelector("[data-editing]")).toBeNull();
  });
});

describe("J34 the last message", () => {
  it("is the agent's own of the kind that is being written", () => {
    inThread(message({ id: 4 }), said, own({ id: 6, kind: "note", text: "Нотатка" }), message({ id: 7 }));
    editLast();
    expect(editingOf(1, "reply")?.message.id).toBe(5);
    writing.value = "note";
    editLast();
    expect(editingOf(1, "note")?.message.id).toBe(6);
  });

  it("is never an older one, where the last cannot be edited", () => {
    inThread(said, own({ id: 8, mark: { state: "queued", at: 0 } }));
    expect(canEditLast()).toBe(false);
    inThread(said, own({ id: 8, mark: { state: "failed", at: 0 } }));
    expect(canEditLast()).toBe(false);
  });

  it("skips what was taken back, and is not there twice", () => {
    inThread(said, own({ id: 8, deleted: true }));
    expect(canEditLast()).toBe(true);
    editLast();
    expect(editingOf(1, "reply")?.message.id).toBe(5);
    expect(canEditLast()).toBe(false);
  });
});

describe("J34 deleting", () => {
  it("asks once, with the message's own words, and Cancel has the focus first", () => {
    const place = show(<DeleteMessage message={said} />);
    expect(place.querySelector("h2")!.textContent).toBe("Delete this message?");
    expect(place.querySelector(".delete-what")!.textContent).toBe("Буде завтра");
    expect(place.textContent).toContain("taken back from the customer too");
    expect(button(place, "Cancel")!.hasAttribute("autofocus")).toBe(true);
  });

  it("takes it back after the press, and not before", async () => {
    answer(200, { message: { ...said, text: "", deleted: true, revision: 2 } });
    dialog.value = { kind: "delete_message", message: said };
    const place = show(<DeleteMessage message={said} />);
    expect(asked).toEqual([]);
    press(button(place, "Delete"));
    expect(dialog.value).toBeNull();
    await vi.waitFor(() => expect(threadOf(1).known.get(5)!.value.deleted).toBe(true));
    expect(asked).toEqual([{ method: "DELETE", path: "/api/messages/5", body: null }]);
  });

  it("says of a note that only the team loses it", () => {
    const place = show(<DeleteMessage message={own({ id: 6, kind: "note" })} />);
    expect(place.textContent).toContain("Your team will no longer see it.");
  });
});
