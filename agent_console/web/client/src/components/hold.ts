import { useRef } from "preact/hooks";

const HOLD = 500;
const STEADY = 8;

type Held = { onPointerDown: (event: PointerEvent) => void; onPointerMove: (event: PointerEvent) => void; onPointerUp: () => void; onPointerCancel: () => void };

/** Handlers that call `held` once a press has stayed where it began for half a second; moving or scrolling ends it. */
export function useHold(held: () => void): Held {
  const press = useRef<{ x: number; y: number; timer: ReturnType<typeof setTimeout> } | null>(null);
  const end = (): void => {
    clearTimeout(press.current?.timer);
    press.current = null;
  };
  return {
    onPointerDown: (event) => {
      end();
      // A text may be marked with the mouse, and a link is opened by a press: only a bare press is held.
      if (event.button !== 0 || (event.target instanceof Element && event.target.closest("a, button, input, textarea"))) return;
      press.current = { x: event.clientX, y: event.clientY, timer: setTimeout(held, HOLD) };
    },
    onPointerMove: (event) => {
      const begun = press.current;
      if (begun && Math.hypot(event.clientX - begun.x, event.clientY - begun.y) > STEADY) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}
