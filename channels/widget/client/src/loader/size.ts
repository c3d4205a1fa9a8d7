import type { Stored } from "../shared/port.ts";
import type { Box } from "./store.ts";

/**
 * The panel's size: as the frame was dragged to, or the whole of a phone's screen.
 * Returns a function to call when the panel opened, closed or was given another size.
 */
export function manageSize(panel: HTMLElement, box: Box<Stored>): () => void {
  const seen = visualViewport!;
  let locked = false;
  const apply = (): void => {
    const [x, y] = box.read().size ?? [400, 700];
    // A phone's keyboard covers the page instead of shrinking it, and would hide the input: there the panel fills what is seen.
    const lengths: Record<string, number | undefined> = { x, y, v: seen.height, t: seen.offsetTop };
    for (const name in lengths) panel.style.setProperty(`--${name}`, `${lengths[name]}px`);
    // On a phone the open panel covers all, and the page beneath must not scroll.
    const lock = innerWidth <= 600 && panel.isConnected && !panel.inert;
    if (lock !== locked) document.documentElement.style.overflow = (locked = lock) ? "hidden" : "";
  };
  seen.onresize = seen.onscroll = apply;
  return apply;
}
