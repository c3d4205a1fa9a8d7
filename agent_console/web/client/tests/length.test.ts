import { describe, expect, it } from "vitest";
import { lengthIn, measure } from "../src/store/length.ts";

describe("s45 the length of a text", () => {
  it("2000 characters without spaces pass and 2001 do not", () => {
    const text = "слово ".repeat(400);
    expect(measure(text, 2000, null)).toMatchObject({ count: 2000, over: false });
    expect(measure(`${text}!`, 2000, null)).toMatchObject({ count: 2001, over: true });
  });

  it("an emoji beyond the BMP counts as one character", () => {
    expect(measure("🦊 🦊", 2, null)).toMatchObject({ count: 2, over: false });
  });

  it("is measured in the network's own unit", () => {
    expect(lengthIn("ї🦊", "code_points")).toBe(2);
    expect(lengthIn("ї🦊", "utf16")).toBe(3);
    expect(lengthIn("ї🦊", "bytes")).toBe(6);
  });

  it("names the network's limit when the text is longer than one of its messages", () => {
    expect(measure("привіт", 2000, { max_text: 11, text_unit: "bytes" }).channelLimit).toBe(11);
    expect(measure("привіт", 2000, { max_text: 12, text_unit: "bytes" }).channelLimit).toBeNull();
    expect(measure("привіт", 2000, { max_text: null, text_unit: "bytes" }).channelLimit).toBeNull();
  });
});
