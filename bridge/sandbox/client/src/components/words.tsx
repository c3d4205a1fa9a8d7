import type { ComponentChildren, VNode } from "preact";
import type { Span } from "../store/types.ts";

type Wrap = (inner: ComponentChildren) => VNode;

const STYLES: Record<string, Wrap> = {
  bold: (inner) => <strong>{inner}</strong>,
  italic: (inner) => <em>{inner}</em>,
  underline: (inner) => <u>{inner}</u>,
  strikethrough: (inner) => <s>{inner}</s>,
  code: (inner) => <code>{inner}</code>,
  pre: (inner) => <code class="block">{inner}</code>,
  quote: (inner) => <span class="quote">{inner}</span>,
  spoiler: (inner) => (
    <span class="spoiler" tabIndex={0}>
      {inner}
    </span>
  ),
};

/** A text as the network would show it: every piece of it is set as text. */
export function Words({ spans }: { spans: readonly Span[] }): VNode {
  return (
    <>
      {spans.map((span) => styled(span))}
    </>
  );
}

function styled({ text, marks, href }: Span): ComponentChildren {
  const inner = marks.reduceRight<ComponentChildren>((rest, mark) => STYLES[mark]?.(rest) ?? rest, text);
  if (href === undefined) return inner;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {inner}
    </a>
  );
}
