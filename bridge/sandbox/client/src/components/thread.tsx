import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Owner, Phone } from "../store/types.ts";
import { Bubble } from "./bubble.tsx";

const NEAR = 80;

/** The dialog, which stays at its end unless somebody has scrolled away from it. */
export function Thread({ phone, owner }: { phone: Phone; owner: Owner }): VNode {
  const log = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    const place = log.current;
    if (place && atEnd.current) place.scrollTop = place.scrollHeight;
  });
  const look = (event: Event): void => {
    const place = event.currentTarget as HTMLDivElement;
    atEnd.current = place.scrollHeight - place.scrollTop - place.clientHeight < NEAR;
  };
  return (
    <div class="thread" role="log" aria-label={`Dialog of ${owner.name}`} tabIndex={0} ref={log} onScroll={look}>
      {owner.messages.length === 0 && <p class="empty">Write something: the shop sees it in the console.</p>}
      {owner.messages.map((one) => (
        <Bubble key={one.id} phone={phone} owner={owner} message={one} />
      ))}
    </div>
  );
}
