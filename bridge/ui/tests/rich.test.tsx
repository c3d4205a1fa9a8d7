import { render } from "preact";
import { describe, expect, it } from "vitest";
import { RichText } from "../src/rich.tsx";
import type { Rich } from "../src/wire.ts";

function html(text: string, rich?: Rich): string {
  const host = document.createElement("div");
  render(<RichText text={text} rich={rich} />, host);
  return host.firstElementChild!.innerHTML;
}

describe("a message's text", () => {
  it("shows markup typed by a customer as text", () => {
    expect(html("<img src=x onerror=alert(1)> привіт 👋🏽")).toBe("&lt;img src=x onerror=alert(1)&gt; привіт 👋🏽");
  });

  it("draws every node of the subset", () => {
    const rich: Rich = [
      { t: "p", c: [{ t: "b", c: [{ t: "text", v: "жирний" }] }, { t: "br" }, { t: "code", v: "<b>" }] },
      { t: "quote", c: [{ t: "i", c: [{ t: "s", c: [{ t: "text", v: "x" }] }] }] },
      { t: "ol", c: [[{ t: "text", v: "раз" }], [{ t: "text", v: "два" }]] },
      { t: "pre", v: "a\n b" },
    ];
    expect(html("", rich)).toBe(
      "<p><strong>жирний</strong><br><code>&lt;b&gt;</code></p><blockquote><em><s>x</s></em></blockquote>" +
        "<ol><li>раз</li><li>два</li></ol><pre>a\n b</pre>",
    );
  });

  it("opens links elsewhere and tells them nothing", () => {
    expect(html("", [{ t: "a", href: "https://example.com/?q=1", c: [{ t: "text", v: "сюди" }] }])).toBe(
      '<a href="https://example.com/?q=1" target="_blank" rel="noopener noreferrer nofollow ugc">сюди</a>',
    );
  });

  it.each(["javascript:alert(1)", "data:text/html,x", " javascript:alert(1)", "//evil.example", "vbscript:x"])(
    "never links to %s",
    (href) => {
      expect(html("", [{ t: "a", href, c: [{ t: "text", v: "x" }] }])).toBe("x");
    },
  );

  it("passes over a node it does not know", () => {
    const newer = [
      { t: "text", v: "a" },
      { t: "spoiler", c: [] },
    ] as unknown as Rich;
    expect(html("", newer)).toBe("a");
  });
});
