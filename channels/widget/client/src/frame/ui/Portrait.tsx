import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import type { Agent } from "../../shared/protocol.ts";

type Props = { of: Agent | null | undefined; children?: ComponentChildren };

/** The picture of who answers; `children` where there is none, or none that can be loaded. */
export function Portrait({ of, children = null }: Props): VNode {
  const [broken, setBroken] = useState<string>();
  const url = of?.avatar_url;
  if (url === undefined || url === broken) return <>{children}</>;
  return <img class="portrait" src={url} alt="" onError={() => setBroken(url)} />;
}
