import { describe, expect, it } from "vitest";
import { begins, keyNames, match, type KeyPress, type Situation } from "../src/keys/chords.ts";
import { BINDINGS } from "../src/keys/map.ts";
import { COMMANDS } from "../src/keys/commands.ts";

const press = (part: Partial<KeyPress>): KeyPress => ({ code: "", key: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false, ...part });
const calm: Situation = { typing: false, empty: false, single: true, prefix: null };
const found = (part: Partial<KeyPress>, situation: Partial<Situation> = {}): string | undefined => match(BINDINGS, press(part), { ...calm, ...situation })?.id;

describe("keys on a Cyrillic layout", () => {
  it.each([
    ["KeyJ", "о", "list.next"],
    ["KeyK", "л", "list.previous"],
    ["KeyR", "к", "reply"],
    ["KeyN", "т", "note"],
    ["KeyT", "е", "take"],
    ["KeyI", "ш", "take"],
    ["KeyA", "ф", "assign"],
    ["KeyE", "у", "close.next"],
    ["KeyP", "з", "panel"],
    ["Slash", ".", "search"],
  ])("%s types %s and means %s", (code, key, command) => {
    expect(found({ code, key })).toBe(command);
  });

  it("Ctrl+Л opens the palette, and so does Command", () => {
    expect(found({ code: "KeyK", key: "л", ctrlKey: true })).toBe("palette");
    expect(found({ code: "KeyK", key: "л", metaKey: true }, { typing: true })).toBe("palette");
  });

  it("a sign that sits on another key is found by itself", () => {
    expect(found({ code: "Digit7", key: "?", shiftKey: true })).toBe("shortcuts");
    expect(found({ code: "Minus", key: "?", shiftKey: true })).toBe("shortcuts");
    expect(found({ code: "Digit7", key: "/", shiftKey: true })).toBe("search");
  });
});

describe("keys", () => {
  it("G then a letter goes to a folder, and the letter alone means its own thing", () => {
    expect(begins(BINDINGS, press({ code: "KeyG", key: "п" }), calm)).toBe(true);
    expect(found({ code: "KeyM", key: "ь" }, { prefix: "KeyG" })).toBe("folder.mine");
    expect(found({ code: "KeyN", key: "т" }, { prefix: "KeyG" })).toBe("folder.new");
    expect(found({ code: "KeyM", key: "ь" })).toBe("topics");
  });

  it("Shift tells E from Shift+E", () => {
    expect(found({ code: "KeyE", key: "E", shiftKey: true })).toBe("close.stay");
  });

  it("single keys are letters while a text is being written", () => {
    expect(found({ code: "KeyR", key: "r" }, { typing: true })).toBeUndefined();
    expect(found({ code: "Escape", key: "Escape" }, { typing: true })).toBe("escape");
  });

  it("J34 Up means the last message only in an empty composer", () => {
    const up = { code: "ArrowUp", key: "ArrowUp" };
    expect(found(up, { typing: true, empty: true })).toBe("edit.last");
    expect(found(up, { typing: true })).toBeUndefined();
    expect(found(up)).toBeUndefined();
    expect(found({ ...up, shiftKey: true }, { typing: true, empty: true })).toBeUndefined();
  });

  it("single keys can be switched off, those with Ctrl or Alt stay (WCAG 2.1.4)", () => {
    expect(found({ code: "KeyR", key: "r" }, { single: false })).toBeUndefined();
    expect(begins(BINDINGS, press({ code: "KeyG", key: "g" }), { ...calm, single: false })).toBe(false);
    expect(found({ code: "KeyK", key: "k", ctrlKey: true }, { single: false })).toBe("palette");
  });

  it("nothing happens while a character is being composed", () => {
    expect(found({ code: "KeyR", key: "Process", isComposing: true })).toBeUndefined();
  });

  it("Ctrl+R is the browser's, not a reply", () => {
    expect(found({ code: "KeyR", key: "r", ctrlKey: true })).toBeUndefined();
  });

  it("every binding has a command, and no two share a key", () => {
    const chords = BINDINGS.flatMap((binding) => binding.chords.map((chord) => JSON.stringify([chord.after, chord.mod, chord.alt, chord.shift, chord.code])));
    expect(new Set(chords).size).toBe(chords.length);
    for (const binding of BINDINGS) expect(COMMANDS[binding.id]).toBeDefined();
  });

  it("shows the letters of the keyboard at hand", () => {
    const layout = new Map([["KeyA", "q"]]);
    expect(keyNames({ code: "KeyA" }, false, layout)).toEqual(["Q"]);
    expect(keyNames({ code: "KeyK", mod: true }, true)).toEqual(["⌘", "K"]);
    expect(keyNames({ code: "Slash", key: "?", shift: true }, false)).toEqual(["?"]);
    expect(keyNames({ code: "KeyN", after: "KeyG" }, false)).toEqual(["G", "N"]);
  });
});
