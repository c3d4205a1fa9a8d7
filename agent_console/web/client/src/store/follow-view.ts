/** What is before the agent's eyes, told whenever it changes. */
import { effect } from "@preact/signals";
import { tellViewing } from "./live.ts";
import { openId, shownId } from "./reading.ts";
import { route } from "./route.ts";
import { AWAY, tellTabs } from "./tabs.ts";
import { stopFlash } from "./title.ts";

/** What this tab shows, for the other tabs and for colleagues; and the end of the flashing when it is looked at. */
export function followView(): () => void {
  const tell = (): void => {
    const focused = document.visibilityState === "visible" && document.hasFocus();
    if (document.visibilityState === "visible") stopFlash();
    tellTabs({ open: openId.peek(), chat: route.peek().chat ?? null, focused });
    tellViewing(document.visibilityState === "visible" ? shownId.peek() : null);
  };
  const events = ["focus", "blur"] as const;
  for (const name of events) addEventListener(name, tell);
  document.addEventListener("visibilitychange", tell);
  const stop = effect(() => {
    void [shownId.value, route.value];
    tell();
  });
  return () => {
    stop();
    tellTabs(AWAY);
    for (const name of events) removeEventListener(name, tell);
    document.removeEventListener("visibilitychange", tell);
  };
}
