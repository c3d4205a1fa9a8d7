import { batch } from "@preact/signals";

/**
 * Who is newer when a slow answer and the live socket speak of the same thing.
 *
 * A request takes its stamp when it is sent, the socket when a frame arrives. A value only gives way to one
 * with the same or a later stamp. So a load that was on its way while the socket brought something newer
 * never takes it back; and if the load was the newer one after all, the socket still has that change to bring.
 */
export type Stamped<T> = { readonly value: T; readonly stamp: number };
export type Known<T> = ReadonlyMap<number, Stamped<T>>;

let last = 0;

export function nextStamp(): number {
  last += 1;
  return last;
}

/** Of several answers to the same question, which may come in any order, takes the one to what was asked last. */
export function newest(): (stamp: number) => boolean {
  let known = 0;
  return (stamp) => {
    if (stamp < known) return false;
    known = stamp;
    return true;
  };
}

/** What was told while all is asked for again, in its order. */
let meanwhile: (() => void)[] | null = null;

/** Takes what the server tells now; an answer that is on its way and may be older does not take it back. */
export function told(change: () => void): void {
  meanwhile?.push(change);
  change();
}

/** Asks for all there is, and has `take` show it: what was told meanwhile stays, and if the answer was the newer one, it is told again. */
export async function whileTold<T>(ask: () => Promise<T>, take: (answer: T) => void): Promise<T> {
  const mine: (() => void)[] = (meanwhile = []);
  try {
    const answer = await ask();
    batch(() => {
      take(answer);
      for (const change of mine) change();
    });
    return answer;
  } finally {
    if (meanwhile === mine) meanwhile = null;
  }
}

/** The map with these values in it, or the same map when none of them was news. */
export function merge<T>(known: Known<T>, values: readonly T[], idOf: (value: T) => number, stamp: number): Known<T> {
  let next: Map<number, Stamped<T>> | null = null;
  for (const value of values) {
    const id = idOf(value);
    const present = (next ?? known).get(id);
    if (present && present.stamp > stamp) continue;
    next ??= new Map(known);
    next.set(id, { value, stamp });
  }
  return next ?? known;
}

/** What is known by this stamp or a later one. */
export function since<T>(known: Known<T>, stamp: number): Known<T> {
  const kept = [...known].filter(([, present]) => present.stamp >= stamp);
  return kept.length === known.size ? known : new Map(kept);
}

export function without<T>(known: Known<T>, ids: readonly number[]): Known<T> {
  if (!ids.some((id) => known.has(id))) return known;
  const next = new Map(known);
  for (const id of ids) next.delete(id);
  return next;
}
