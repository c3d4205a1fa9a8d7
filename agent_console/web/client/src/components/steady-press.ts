import { useRef } from "preact/hooks";

/** How far a hand moves in a press that is meant to be one, in CSS pixels. */
const STEADY = 8;

type Steady = { onPointerDown: (event: PointerEvent) => void; onClick: (event: MouseEvent) => void };

/**
 * Handlers for a list whose rows move: a press that began on a link counts for it, even if the row has moved away from
 * under the pointer before the button was let go. The browser then tells of the click on what holds both places.
 */
export function useSteadyPress(links: string): Steady {
  const begun = useRef<{ link: HTMLElement; x: number; y: number } | null>(null);
  return {
    onPointerDown: ({ target, clientX, clientY }) => {
      const link = target instanceof Element ? target.closest<HTMLElement>(links) : null;
      begun.current = link && { link, x: clientX, y: clientY };
    },
    onClick: ({ target, currentTarget, clientX, clientY }) => {
      const press = begun.current;
      begun.current = null;
      if (!press?.link.isConnected || Math.hypot(clientX - press.x, clientY - press.y) > STEADY) return;
      // Of the click on a link, a button or anything else inside of a row, that itself makes what is to be made.
      const outside = target instanceof Node && currentTarget instanceof Node && target.contains(press.link) && currentTarget.contains(target);
      if (outside) press.link.click();
    },
  };
}
