import { describe, expect, it } from "vitest";
import { linkToken, parseRoute, pathOf } from "../src/store/route.ts";
import { wantedIn } from "../src/store/wanted.ts";
import { withQuery } from "../src/api/http.ts";
import { initials } from "../src/components/avatar.tsx";

describe("addresses", () => {
  it("of the console and of one conversation are read and written", () => {
    expect(parseRoute("/console")).toEqual({ conversation: null });
    expect(parseRoute("/console/c/42")).toEqual({ conversation: 42 });
    expect(parseRoute("/console/c/42x")).toEqual({ conversation: null });
    expect(pathOf({ conversation: 42 })).toBe("/console/c/42");
    expect(parseRoute("/console/reports")).toEqual({ conversation: null, page: "reports" });
    expect(parseRoute("/console/nowhere")).toEqual({ conversation: null });
    expect(pathOf({ conversation: null, page: "desk" })).toBe("/console/desk");
  });

  it("D48: lead to a message of a conversation", () => {
    expect(wantedIn("/console/c/42", "?m=7")).toEqual({ conversation: 42, message: 7 });
    expect(wantedIn("/console/c/42", "")).toBeNull();
    expect(wantedIn("/console/c/42", "?m=x")).toBeNull();
    expect(wantedIn("/console/c/42", "?m=-7")).toBeNull();
    expect(wantedIn("/console", "?m=7")).toBeNull();
  });

  it("carry a one-time token in the fragment only", () => {
    expect(linkToken("#link=abc-DEF_1")).toBe("abc-DEF_1");
    expect(linkToken("#link=")).toBeNull();
    expect(linkToken("#other=1")).toBeNull();
  });

  it("leave empty parameters out and escape the rest", () => {
    expect(withQuery("/api/search", { q: "де & що", folder: undefined, inbox: "", limit: 30, with_closed: true })).toBe("/api/search?q=%D0%B4%D0%B5+%26+%D1%89%D0%BE&limit=30&with_closed=1");
    expect(withQuery("/api/folders", {})).toBe("/api/folders");
  });
});

describe("initials", () => {
  it.each([
    ["Олена Мельник", "ОМ"],
    ["José", "J"],
    ["🦊 Марта Лис", "МЛ"],
    ["«Тарас» К.", "ТК"],
    ["🦊", "?"],
  ])("of %s are %s", (name, letters) => {
    expect(initials(name)).toBe(letters);
  });
});
