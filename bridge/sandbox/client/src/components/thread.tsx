import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Owner, Phone } from "../store/types.ts";
import { Bubble } from "./bubble.tsx";

const NEAR = 80;

/** The dialog, which stays at its end unless somebody has scrolled away from it; pictures that load late count too. */
export function Thread({ phone, owner }: { phone: Phone; owner: Owner }): VNode {
  const log = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const toEnd = (): void => {
    const place = log.current;
    if (place && atEnd.current) place.scrollTop = place.scrollHeight;
  };
  useLayoutEffect(toEnd);
  const look = (event: Event): void => {
    const place = event.currentTarget as HTMLDivElement;
    atEnd.current = place.scrollHeight - place.scrollTop - place.clientHeight < NEAR;
  };
  return (
    <div class="thread" role="log" aria-label={`Dialog of ${owner.name}`} tabIndex={0} ref={log} onScroll={look} onLoadCapture={toEnd}>
      {owner.messages.length === 0 && <p class="empty">Write something: the shop sees it in the console.</p>}
      {owner.messages.map((one) => (
        <Bubble key={one.id} phone={phone} owner={owner} message={one} />
      ))}
    </div>
  );
}
