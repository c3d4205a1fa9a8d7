import { useEffect, useRef } from "preact/hooks";
import { useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { focusRequest, type FocusTarget } from "../store/ui.ts";

/** Runs when somebody asks for the focus to go to this part of the screen. */
export function useFocusRequest(target: FocusTarget, take: () => void): void {
  const latest = useRef(take);
  latest.current = take;
  const done = useRef(focusRequest.peek()?.nonce ?? 0);
  useSignalEffect(() => {
    const request = focusRequest.value;
    if (!request || request.target !== target || request.nonce === done.current) return;
    done.current = request.nonce;
    requestAnimationFrame(() => latest.current());
  });
}

/** Calls `leave` on a press outside the element, or when the focus goes elsewhere. */
export function useLeave(of: RefObject<HTMLElement | null>, active: boolean, leave: () => void): void {
  const latest = useRef(leave);
  latest.current = leave;
  useEffect(() => {
    if (!active) return;
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !of.current?.contains(event.target)) latest.current();
    };
    document.addEventListener("pointerdown", outside, true);
    document.addEventListener("focusin", outside);
    return () => {
      document.removeEventListener("pointerdown", outside, true);
      document.removeEventListener("focusin", outside);
    };
  }, [active, of]);
}
