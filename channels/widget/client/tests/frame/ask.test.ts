import { describe, expect, it } from "vitest";
import { askedFields, problemOf } from "../../src/frame/ask.ts";
import { firstState } from "../../src/frame/desk/state.ts";
import { loadWords } from "../../src/frame/words.ts";
import { config, host, THREAD } from "./make.ts";

const FIELDS = [
  { field: "name", required: true },
  { field: "email", required: false },
];
const words = await loadWords("en");
const state = (fields = {}) => ({
  ...firstState(host({ config: config({ pre_chat: FIELDS }) }), words, { at: "thread", thread: THREAD }),
  ...fields,
});
const names = (...args: Parameters<typeof askedFields>): string[] => askedFields(...args).map((one) => one.field);

describe("the form before a conversation", () => {
  it("asks a new visitor for all fields", () => expect(names(state(), false, false)).toEqual(["name", "email"]));
  it("does not come up in a conversation that has begun", () => expect(names(state(), true, false)).toEqual([]));
  it("is remembered as answered or skipped", () =>
    expect(names(state({ kept: { asked: true } }), false, false)).toEqual([]));
  it("does not ask for what the server knows", () => {
    expect(names(state({ visitor: { verified: true, name: "Олена" } }), false, false)).toEqual(["email"]);
  });
  it("comes back for required answers when the server refused a message for want of them", () => {
    expect(names(state({ kept: { asked: true } }), true, true)).toEqual(["name"]);
  });
  it("wants required answers, and an address that looks like one", () => {
    const [name, email] = FIELDS as [(typeof FIELDS)[0], (typeof FIELDS)[0]];
    expect([
      problemOf(name!, "  "),
      problemOf(email!, ""),
      problemOf(email!, "olena"),
      problemOf(email!, "олена@пошта.укр"),
    ]).toEqual(["ask_required", null, "ask_email_wrong", null]);
  });
});
