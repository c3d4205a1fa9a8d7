import { render } from "preact";
import { describe, expect, it } from "vitest";
import { RichText } from "../src/rich.tsx";
import type { Rich } from "../src/wire.ts";
// The same parts as the server's renderers are tried with (tests/bridge/markup/vectors.py).
import held from "../../../tests/bridge/markup/vectors.json";

type Parts = Record<string, string | string[]>;

/** The template with each combination of its parts put in. */
function made({ of, ...parts }: Parts): string[] {
  const put = (texts: string[], [name, all]: [string, string | string[]]): string[] =>
    texts.flatMap((text) => [...all].map((part) => text.replaceAll(`{${name}}`, () => part)));
  return Object.entries(parts).reduce(put, [String(of)]);
}

const vectors = [...new Set([...(held.products as Parts[]).flatMap(made), ...held.written])];
const KNOWN = new Set(["DIV", "STRONG", "EM", "S", "P", "BLOCKQUOTE", "CODE", "PRE", "BR", "A", "UL", "OL", "LI"]);
const SAFE = /^(https?:\/\/|mailto:|tel:)/i;

function shown(text: string, rich?: Rich): HTMLElement {
  const host = document.createElement("div");
  render(<RichText text={text} rich={rich} />, host);
  return host;
}

/** What acts or loads among the elements of a text. */
function bad(host: HTMLElement): string[] {
  return [...host.querySelectorAll("*")].flatMap((one) => {
    const names = one.getAttributeNames().filter((name) => !["class", "dir", "href", "rel", "target"].includes(name));
    const href = one.getAttribute("href");
    return [...(KNOWN.has(one.tagName) ? [] : [one.tagName]), ...names, ...(href === null || SAFE.test(href) ? [] : [href])];
  });
}

describe("script in every disguise", () => {
  it("has more than five hundred samples", () => {
    expect(vectors.length).toBeGreaterThanOrEqual(500);
  });

  it("is shown as the words that it is", () => {
    const wrong = vectors.filter((one) => shown(one).textContent !== one || bad(shown(one)).length > 0);
    expect(wrong).toEqual([]);
  });

  it("is shown as words in every kind of node, and its address leads nowhere", () => {
    const wrong = vectors.filter((one) => {
      const text: Rich = [{ t: "text", v: one }];
      const host = shown("", [
        { t: "p", c: [{ t: "b", c: text }, { t: "i", c: text }, { t: "s", c: text }, { t: "code", v: one }] },
        { t: "quote", c: text },
        { t: "ul", c: [text] },
        { t: "pre", v: one },
        { t: "a", href: one, c: text },
      ]);
      return host.textContent !== one.repeat(8) || bad(host).length > 0;
    });
    expect(wrong).toEqual([]);
  });
});
