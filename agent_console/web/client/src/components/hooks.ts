import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { effect, untracked } from "@preact/signals";
import type { RefObject } from "preact";
import { focusRequest, type FocusTarget } from "../store/ui.ts";

const PATIENCE = 1_500;
const RECENT = 1_000;

/**
 * Runs when somebody asks for the focus to go to this part of the screen: at once, so that the very next key is not
 * taken for a command, and as this part is drawn if it is drawn because of that.
 */
export function useFocusRequest(target: FocusTarget, take: () => void): void {
  const latest = useRef(take);
  latest.current = take;
  useLayoutEffect(() => {
    let frame = 0;
    const stop = effect(() => {
      const request = focusRequest.value;
      if (request?.target !== target || performance.now() - request.at > PATIENCE) return;
      cancelAnimationFrame(frame);
      frame = untracked(() => takeNow(() => latest.current(), () => forget(request)));
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, []);
}

/** Focuses an element that a virtual list may still be about to draw: it is invisible, and so unfocusable, until measured. */
export function focusWhenShown(find: () => HTMLElement | null | undefined, frames = 12): void {
  requestAnimationFrame(() => {
    const element = find();
    element?.focus();
    if (frames > 0 && (!element || document.activeElement !== element)) focusWhenShown(find, frames - 1);
  });
}

/** As a `ref`: takes the focus when it is drawn. The autofocus attribute only counts while a page loads. */
export function focusOnMount(element: HTMLElement | null): void {
  element?.focus();
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

/** Nobody takes it from now on; one that came after it stays. */
function forget(request: unknown): void {
  if (focusRequest.peek() === request) focusRequest.value = null;
}

/** At once, and again after the drawing if it was too early for that; then the request is `done` with. */
function takeNow(take: () => void, done: () => void): number {
  const before = document.activeElement;
  take();
  return requestAnimationFrame(() => {
    const now = document.activeElement;
    if (now === before || now === document.body) take();
    done();
  });
}

type Recently = { note: () => void; was: () => boolean };

/** Remembers for a moment that something has happened. */
export function useRecently(): Recently {
  const last = useRef(-Infinity);
  return {
    note: () => void (last.current = performance.now()),
    was: () => performance.now() - last.current < RECENT,
  };
}
