import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { focusRequest, type FocusTarget } from "../store/ui.ts";

const PATIENCE = 1_500;
const RECENT = 1_000;

/** Runs when somebody asks for the focus to go to this part of the screen. */
export function useFocusRequest(target: FocusTarget, take: () => void): void {
  const latest = useRef(take);
  latest.current = take;
  // A part that is drawn because of the request takes it before the next key can go astray.
  useLayoutEffect(() => {
    const request = focusRequest.peek();
    if (request?.target === target && performance.now() - request.at < PATIENCE) latest.current();
  }, []);
  useSignalEffect(() => {
    const request = focusRequest.value;
    if (request?.target !== target) return;
    focusRequest.value = null;
    if (performance.now() - request.at < PATIENCE) takeNow(() => latest.current());
  });
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

/** At once, so that the very next key is not lost, and again after the drawing if it was too early for that. */
function takeNow(take: () => void): void {
  const before = document.activeElement;
  take();
  requestAnimationFrame(() => {
    const now = document.activeElement;
    if (now === before || now === document.body) take();
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
