import { useRef } from "preact/hooks";

/** How far a hand moves in a press that is meant to be one, in CSS pixels. */
const STEADY = 8;

type Steady = { onPointerDown: (event: PointerEvent) => void; onPointerUp: (event: PointerEvent) => void; onClick: (event: MouseEvent) => void };
type Press = { link: HTMLElement; x: number; y: number };

/**
 * Handlers for a list whose rows move: a press of the mouse that began on a link counts for it, even if its row has
 * moved meanwhile. A browser tells of a click on the whole list then, or, where it has put the row in at another place
 * of the page, of none at all. Fingers need none of it: their click is made of one touch.
 */
export function useSteadyPress(links: string): Steady {
  const begun = useRef<Press | null>(null);
  const owed = useRef<HTMLElement | null>(null);
  return {
    onPointerDown: (event) => {
      begun.current = isPlain(event) ? pressOn(links, event) : null;
    },
    onPointerUp: ({ clientX, clientY }) => {
      const press = begun.current;
      begun.current = null;
      if (!press?.link.isConnected || Math.hypot(clientX - press.x, clientY - press.y) > STEADY) return;
      owed.current = press.link;
      // The browser's own click, where there is one, comes before anything else has its turn.
      setTimeout(() => {
        owed.current?.click();
        owed.current = null;
      });
    },
    onClick: ({ target }) => {
      if (target instanceof Node && owed.current?.contains(target)) owed.current = null;
    },
  };
}

function isPlain({ pointerType, button, metaKey, ctrlKey, shiftKey }: PointerEvent): boolean {
  return pointerType === "mouse" && button === 0 && !metaKey && !ctrlKey && !shiftKey;
}

function pressOn(links: string, { target, clientX: x, clientY: y }: PointerEvent): Press | null {
  const link = target instanceof Element ? target.closest<HTMLElement>(links) : null;
  return link && { link, x, y };
}
