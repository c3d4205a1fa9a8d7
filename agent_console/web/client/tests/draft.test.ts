import { describe, expect, it } from "vitest";
import { cleared, edit, emptied, emptyDraft, meet, saved, takeOther, worthKeeping } from "../src/store/draft.ts";

const NOW = 1_000_000;
const typed = edit({ ...emptyDraft, base: 3 }, "Привіт, я", NOW);

describe("s21 s22 a draft", () => {
  it("is dirty until the server has exactly this text", () => {
    expect(typed.dirty).toBe(true);
    expect(saved(typed, "Привіт", 4)).toMatchObject({ base: 4, dirty: true });
    expect(saved(typed, "Привіт, я", 4)).toMatchObject({ base: 4, dirty: false });
  });

  it("takes over what another device wrote while nothing was written here", () => {
    expect(meet(emptyDraft, { text: "з телефона", revision: 2 }, NOW)).toMatchObject({ text: "з телефона", base: 2, dirty: false, other: null });
  });

  it("keeps what is being typed right now, and the other version beside it", () => {
    expect(meet(typed, { text: "інше", revision: 4 }, NOW + 2_000)).toMatchObject({ text: "Привіт, я", base: 4, dirty: true, other: "інше" });
  });

  it("gives way to the newer version when it was left a while ago, and stays recoverable", () => {
    const met = meet(typed, { text: "інше", revision: 4 }, NOW + 60_000);
    expect(met).toMatchObject({ text: "інше", dirty: false, other: "Привіт, я" });
    expect(takeOther(met, NOW)).toMatchObject({ text: "Привіт, я", other: "інше", dirty: true });
  });

  it("goes on from the revision that sending left behind, without any question", () => {
    expect(meet(typed, { text: "", revision: 5 }, NOW + 60_000)).toMatchObject({ text: "Привіт, я", base: 5, dirty: true, other: null });
  });

  it("is no conflict when both sides wrote the same", () => {
    expect(meet(typed, { text: "Привіт, я", revision: 9 }, NOW)).toMatchObject({ dirty: false, base: 9, other: null });
  });

  it("counts a clearing by the server as one revision more, and only where there was a text", () => {
    const there = saved(typed, typed.text, 4);
    expect(cleared(emptied(there), 4)).toMatchObject({ base: 5, text: "" });
    expect(cleared(cleared(emptied(there), 4), 5)).toMatchObject({ base: 5 });
    expect(cleared(emptied(typed), 3)).toMatchObject({ base: 3 });
  });

  it("is forgotten once it was sent", () => {
    expect(worthKeeping(emptied(typed))).toBe(false);
    expect(worthKeeping(typed)).toBe(true);
  });
});
