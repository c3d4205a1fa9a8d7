import type { ComponentType, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { openId } from "../store/reading.ts";

/** The panel is fetched while the list is being looked at: the first view does not wait for it. */
export function PanelSlot(): VNode | null {
  const [Panel, setPanel] = useState<ComponentType | null>(null);
  useEffect(() => {
    void import("./panel.tsx").then((loaded) => setPanel(() => loaded.Panel));
  }, []);
  if (openId.value === null) return null;
  return Panel ? <Panel /> : <aside class="panel" aria-busy="true" />;
}
