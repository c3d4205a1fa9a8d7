import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";

type Props = {
  url: string | undefined;
  class?: string;
  loading?: "lazy";
  "data-face"?: string | undefined;
  children?: ComponentChildren;
};

/** Somebody's picture, or `children` where there is none, or none that can be loaded. */
export function Portrait({ url, children = null, ...image }: Props): VNode {
  const [broken, setBroken] = useState<string>();
  if (url === undefined || url === broken) return <>{children}</>;
  return <img {...image} src={url} alt="" onError={() => setBroken(url)} />;
}
