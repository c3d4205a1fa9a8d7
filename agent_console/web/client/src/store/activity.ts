/** Tells when the agent touches something: that they are at work, and in the conversation before them (D15). */
import { effect } from "@preact/signals";
import { openId } from "./reading.ts";

/** Touches closer together than this are one. */
const OFTEN = 20_000;
/** A conversation that opens so soon after a touch was opened by it. */
const BY_HAND = 1_000;

const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel"] as const;

export function watchActivity(tell: () => void): () => void {
  let told = -OFTEN;
  let touched = -BY_HAND;
  const say = (): void => {
    told = performance.now();
    tell();
  };
  const touch = (): void => {
    touched = performance.now();
    if (touched - told >= OFTEN) say();
  };
  for (const name of SIGNS) addEventListener(name, touch, { capture: true, passive: true });
  const stop = effect(() => {
    const opened = openId.value !== null;
    if (opened && performance.now() - touched < BY_HAND) say();
    else told = -OFTEN;
  });
  return () => {
    stop();
    for (const name of SIGNS) removeEventListener(name, touch, { capture: true });
  };
}
