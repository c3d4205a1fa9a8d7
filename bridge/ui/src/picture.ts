/** Pictures of ours on a page: one that cannot be drawn is told from one that did not come through. */
import { useEffect, useState } from "preact/hooks";
import { Backoff } from "./backoff.ts";

export type DrawnPicture = {
  state: "drawn" | "waiting" | "broken";
  /** The picture's key: only another element makes the browser ask again. */
  attempt: number;
  onError: () => void;
};
type Found = "there" | "broken" | "unreachable";

/** Addresses that gave no picture: a list that draws its rows again need not ask, and does not jump. */
const broken = new Set<string>();
/** A connection may break in the middle of a picture: what the server has is tried once more. */
const TRIES = 2;

/**
 * An image's error does not tell its cause, so the server is asked. What it refuses, or has and the browser still
 * cannot draw, is broken for good; what could not be reached is waited for.
 */
export function usePicture(src: string): DrawnPicture {
  const fresh = { src, attempt: 0, undrawn: 0, asking: false };
  const [kept, setKept] = useState(fresh);
  const now = kept.src === src ? kept : fresh;
  useEffect(() => {
    if (!now.asking) return;
    return untilReached(src, (found, waited) => {
      const undrawn = waited ? 0 : now.undrawn + 1;
      if (found === "broken" || undrawn >= TRIES) broken.add(src);
      setKept({ src, attempt: now.attempt + 1, undrawn, asking: false });
    });
  }, [src, now.asking]);
  const onError = (): void => {
    // These bytes are on this page: there is nobody to ask.
    if (src.startsWith("blob:")) broken.add(src);
    setKept({ ...now, asking: !broken.has(src) });
  };
  const state = broken.has(src) ? "broken" : now.asking ? "waiting" : "drawn";
  return { state, attempt: now.attempt, onError };
}

/** Asks until the server answers, at once when the connection is back. The returned function gives up. */
function untilReached(src: string, done: (found: Found, waited: boolean) => void): () => void {
  const pauses = new Backoff();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waited = false;
  let over = false;
  const ask = async (): Promise<void> => {
    clearTimeout(timer);
    const found = await look(src);
    if (over) return;
    if (found === "unreachable") return later();
    stop();
    done(found, waited);
  };
  const later = (): void => {
    waited = true;
    clearTimeout(timer);
    timer = setTimeout(again, pauses.next());
  };
  const again = (): void => void ask();
  const stop = (): void => {
    over = true;
    clearTimeout(timer);
    removeEventListener("online", again);
  };
  addEventListener("online", again);
  again();
  return stop;
}

async function look(src: string): Promise<Found> {
  try {
    const { ok, status } = await fetch(src, { method: "HEAD", cache: "no-store" });
    if (ok) return "there";
    // A session that has ended, and a server that is busy or down, are no faults of the picture.
    return status >= 500 || [401, 408, 429].includes(status) ? "unreachable" : "broken";
  } catch {
    return "unreachable";
  }
}
