import type { ComponentType, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

/** What a one-time link leads to. It is fetched only by whoever comes with one. */
export function LinkSlot(): VNode {
  const [Found, setFound] = useState<ComponentType | null>(null);
  useEffect(() => {
    void import("./link-page.tsx").then(({ LinkPage }) => setFound(() => LinkPage));
  }, []);
  return Found ? <Found /> : <div class="starting" aria-busy="true" />;
}
