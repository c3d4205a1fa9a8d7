import { render } from "preact";
import { expect, test } from "vitest";
import { Words } from "../src/components/words.tsx";
import { withPhone } from "../src/store/live.ts";
import type { Phone, Span } from "../src/store/types.ts";

function shown(spans: Span[]): string {
  const place = document.createElement("p");
  render(<Words spans={spans} />, place);
  return place.innerHTML;
}

test("a text is set as text, whatever it looks like", () => {
  expect(shown([{ text: "<img src=x>", marks: [] }])).toBe("&lt;img src=x&gt;");
});

test("the first style stands outermost, and one that is not known changes nothing", () => {
  expect(shown([{ text: "так", marks: ["bold", "custom_emoji", "italic"] }])).toBe("<strong><em>так</em></strong>");
});

test("a phone that is told of again stays in its place", () => {
  const phone = (id: string, faults = 0): Phone => ({ id, network: "vk", inbox: id, can: [], owners: [], faults });
  const known = withPhone(withPhone([], phone("a")), phone("b"));
  expect(withPhone(known, phone("a", 2)).map((one) => [one.id, one.faults])).toEqual([["a", 2], ["b", 0]]);
});
