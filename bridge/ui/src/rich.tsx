import type { ComponentChildren, VNode } from "preact";
import type { Rich, RichNode } from "./wire.ts";

const SAFE_HREF = /^(https?:\/\/|mailto:|tel:)/i;

/**
 * A message's text as elements, never as HTML. With `rich` it is formatted; without, line breaks are kept by CSS
 * (`.rt` in rich.css). `dir=auto` lets each text run in its own direction.
 */
export function RichText({
  text,
  rich,
  lang,
}: {
  text: string;
  rich?: Rich | undefined;
  lang?: string | undefined;
}): VNode {
  return (
    <div class="rt" dir="auto" lang={lang}>
      {rich ? nodes(rich) : text}
    </div>
  );
}

function nodes(list: Rich): ComponentChildren {
  return list.map((node, at) => <Piece key={at} node={node} />);
}

function Piece({ node }: { node: RichNode }): VNode | null {
  switch (node.t) {
    case "text":
      return <>{node.v}</>;
    case "b":
      return <strong>{nodes(node.c)}</strong>;
    case "i":
      return <em>{nodes(node.c)}</em>;
    case "s":
      return <s>{nodes(node.c)}</s>;
    case "p":
      return <p>{nodes(node.c)}</p>;
    case "quote":
      return <blockquote>{nodes(node.c)}</blockquote>;
    case "code":
      return <code>{node.v}</code>;
    case "pre":
      return <pre>{node.v}</pre>;
    case "br":
      return <br />;
    case "a":
      return <Link href={node.href}>{nodes(node.c)}</Link>;
    case "ul":
    case "ol":
      return <List ordered={node.t === "ol"} items={node.c} />;
    default:
      return null; // A newer server may know nodes that this page, loaded earlier, does not.
  }
}

/** The server lets only harmless addresses through; a second look here costs one line and survives its mistakes. */
function Link({ href, children }: { href: string; children: ComponentChildren }): VNode {
  if (!SAFE_HREF.test(href)) return <>{children}</>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow ugc">
      {children}
    </a>
  );
}

function List({ ordered, items }: { ordered: boolean; items: RichNode[][] }): VNode {
  const rows = items.map((item, at) => <li key={at}>{nodes(item)}</li>);
  return ordered ? <ol>{rows}</ol> : <ul>{rows}</ul>;
}
