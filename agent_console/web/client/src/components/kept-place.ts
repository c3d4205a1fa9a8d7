import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { VirtualizerHandle } from "virtua";

/** So many of the rows on the screen, from its top on, say what has become of them all. */
const JUDGED = 5;

/**
 * Keeps what is read of a list in its place when others come above it or leave there; whoever is at the top sees who
 * comes. `ids` are of all its entries.
 */
export function useKeptPlace(scroller: RefObject<HTMLElement | null>, list: RefObject<VirtualizerHandle | null>, ids: readonly number[]): void {
  const before = useRef(ids);
  useLayoutEffect(() => {
    const was = before.current;
    before.current = ids;
    const handle = list.current;
    if (!handle || !scroller.current || scroller.current.scrollTop <= 0) return;
    const top = handle.scrollOffset;
    const first = handle.findItemIndex(top);
    const moved = movedBy(was.slice(first, first + JUDGED), first, ids);
    if (moved !== 0) scroller.current.scrollTop = top + handle.getItemOffset(first + moved) - handle.getItemOffset(first);
  });
}

/** How far half of these or more, which stood from the place `first` on, have moved in the list; nowhere if they no longer stand together. Pure. */
export function movedBy(shown: readonly number[], first: number, ids: readonly number[]): number {
  const moves = shown.flatMap((id, at) => (ids.includes(id) ? ids.indexOf(id) - first - at : []));
  return moves.find((one) => moves.filter((other) => other === one).length * 2 >= shown.length) ?? 0;
}
