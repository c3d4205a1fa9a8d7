import type { ComponentType, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { locale } from "../i18n/index.ts";

/** What sets up a second factor that is demanded. It is fetched only by whoever needs it, its words with it. */
export function FactorSlot(): VNode {
  const [Found, setFound] = useState<ComponentType | null>(null);
  useEffect(() => {
    const words = import("../i18n/pages/index.ts").then((loaded) => loaded.speakPages());
    void Promise.all([import("./factor-page.tsx"), words]).then(([{ FactorPage }]) => setFound(() => FactorPage));
  }, [locale.value]);
  return Found ? <Found /> : <div class="starting" aria-busy="true" />;
}
