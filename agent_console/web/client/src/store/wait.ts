export type WaitState = "plain" | "ok" | "soon" | "late" | "over";
export type Wait = { state: WaitState; elapsed: number; over: number };

/**
 * How long the customer has been waiting, in milliseconds, and how bad that is: ok below half of `maxWait`, soon from
 * 50 %, late from 80 %, over from 100 %. Without a limit it is only a time. Null when nobody waits.
 */
export function waitOf(waitingSince: number | null, maxWait: number | null, now: number): Wait | null {
  if (waitingSince === null) return null;
  const elapsed = Math.max(0, now - waitingSince);
  if (maxWait === null || maxWait <= 0) return { state: "plain", elapsed, over: 0 };
  const part = elapsed / maxWait;
  const state = part >= 1 ? "over" : part >= 0.8 ? "late" : part >= 0.5 ? "soon" : "ok";
  return { state, elapsed, over: Math.max(0, elapsed - maxWait) };
}
