import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

type Wants = {
  /** The first message, the last line, and the visitor's own newest waiting one: what changed tells where to stay. */
  first: number | undefined;
  last: string | undefined;
  own: string | undefined;
  more: boolean;
  onTop: () => void;
  onBottom: (there: boolean) => void;
};

export type Scroll = {
  box: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  moved: () => void;
  toBottom: () => void;
  /** Not at the end; and how many lines have come meanwhile. */
  away: boolean;
  missed: number;
};

const NEAR = 48;
const TOP = 160;

/**
 * Keeps the reader where they are: at the end as long as they are there, and on the same message while earlier ones
 * are put above it. Pictures that load late count too, so the content's size is watched.
 */
export function useScroll({ first, last, own, more, onTop, onBottom }: Wants): Scroll {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const before = useRef({ first, last, own, height: 0 });
  const [away, setAway] = useState(false);
  const [missed, setMissed] = useState(0);

  const toBottom = (): void => {
    const { current } = box;
    if (current) current.scrollTop = current.scrollHeight;
  };
  const moved = (): void => {
    const { current } = box;
    if (!current) return;
    const there = current.scrollHeight - current.scrollTop - current.clientHeight < NEAR;
    if (there !== stuck.current) onBottom(there);
    stuck.current = there;
    setAway(!there);
    if (there) setMissed(0);
    if (more && current.scrollTop < TOP) onTop();
  };

  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return;
    const old = before.current;
    const grown = current.scrollHeight - old.height;
    const prepended = first !== undefined && old.first !== undefined && first < old.first;
    if (prepended && !stuck.current) current.scrollTop += grown;
    else if (stuck.current || own !== old.own) toBottom();
    else if (last !== old.last) setMissed((count) => count + 1);
    before.current = { first, last, own, height: current.scrollHeight };
  }, [first, last, own]);

  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => {
      if (stuck.current) toBottom();
      before.current.height = box.current?.scrollHeight ?? 0;
      moved();
    });
    if (content.current) observer.observe(content.current);
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, [more]);

  return { box, content, moved, toBottom, away, missed };
}
