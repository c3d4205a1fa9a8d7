import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

/** What the button costs that holds the rest, beside its words. */
const ARROW = 18;

/**
 * How many of these widths stand in `room` one beside the other; what is left over is behind one more button.
 * That button takes the place of what is shown now where this is left over, else it is `more` wide.
 */
export function fitting(widths: readonly number[], room: number, shown: number, more: number): number {
  const upTo = (n: number): number => widths.slice(0, n).reduce((sum, one) => sum + one, 0);
  if (upTo(widths.length) <= room) return widths.length;
  for (let n = widths.length - 1; n > 0; n -= 1) {
    const last = shown >= n ? widths[shown]! + ARROW : more;
    if (upTo(n) + last <= room) return n;
  }
  return 0;
}

/** The same of the tabs in a row, at every change of its width and of its words. */
export function useFitting(row: RefObject<HTMLElement | null>, shown: number, more: number): number {
  const [count, setCount] = useState(Infinity);
  const measure = (): void => {
    const { paddingInlineStart, paddingInlineEnd, columnGap } = getComputedStyle(row.current!);
    const gap = parseFloat(columnGap) || 0;
    const widths = [...row.current!.querySelectorAll<HTMLElement>(".tab:not([aria-haspopup])")].map((one) => one.offsetWidth + gap);
    const room = row.current!.clientWidth - (parseFloat(paddingInlineStart) || 0) - (parseFloat(paddingInlineEnd) || 0) + gap;
    setCount(fitting(widths, room, shown, more));
  };
  useLayoutEffect(measure);
  useLayoutEffect(() => {
    const watch = new ResizeObserver(measure);
    watch.observe(row.current!);
    return () => watch.disconnect();
  }, [shown]);
  return count;
}
