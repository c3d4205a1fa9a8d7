/**
 * The server cannot tell what was missed: everything is loaded again, under the hands of whoever works here. What is
 * shown stays until the new is here, since a field that one writes in must not go away.
 */
import { ApiError } from "@deskbridge/ui";
import { getSession } from "../api/endpoints.ts";
import { loadChats } from "./chats.ts";
import { forgetRowsBefore, forgetThreads } from "./desk.ts";
import { nextStamp, whileTold } from "./fresh.ts";
import { loadFolders, reload } from "./list.ts";
import { openId, reopen } from "./reading.ts";
import { adopt, session } from "./session.ts";
import { loadViews } from "./views.ts";

const AGAIN_AFTER = 3_000;

/** What has become another: the configuration alone, or everything, since it is not known what was missed. */
type What = "configuration" | "everything";

let running: Promise<void> | null = null;
let due: What | null = null;
/** When it is tried again, and when it is this console's turn. */
let later: ReturnType<typeof setTimeout> | undefined;
let turn: ReturnType<typeof setTimeout> | undefined;

/** Loads it again; what is asked for meanwhile is loaded once more after that. */
export function startAfresh(signedOut: () => void, what: What = "everything"): Promise<void> {
  if (due !== "everything") due = what;
  running ??= loadWhileAsked(signedOut);
  return running;
}

/** Follows another configuration at a moment of this console's own within so many ms: a thousand at once would keep each other waiting. */
export function startAfreshWithin(ms: number, signedOut: () => void): void {
  clearTimeout(turn);
  turn = setTimeout(() => void startAfresh(signedOut, "configuration"), Math.random() * ms);
}

/** Nothing more is asked for: whoever worked here has left. */
export function endStartingAfresh(): void {
  due = null;
  clearTimeout(later);
  clearTimeout(turn);
}

async function loadWhileAsked(signedOut: () => void): Promise<void> {
  try {
    while (due !== null) {
      const what: What = due;
      due = null;
      clearTimeout(later);
      await loadAfresh(what, signedOut).catch((error: unknown) => askLater(error, what, signedOut));
    }
  } finally {
    running = null;
  }
}

function askLater(error: unknown, what: What, signedOut: () => void): void {
  if (!(error instanceof ApiError)) throw error;
  if (error.passing && session.peek() !== null) later = setTimeout(() => void startAfresh(signedOut, what), AGAIN_AFTER);
}

/** The socket stays: what it says from now on is newer than what is forgotten, and the loads that begin now have seen it too. */
async function loadAfresh(what: What, signedOut: () => void): Promise<void> {
  const stamp = nextStamp();
  const next = await whileTold(getSession, (answer) => {
    if (session.peek() !== null && !("second_factor_due" in answer)) adopt(answer, stamp);
  });
  if (session.peek() === null) return;
  if ("second_factor_due" in next) return signedOut();
  // What is open is loaded below, all else as it is opened again.
  forgetThreads(openId.peek());
  const [list, thread] = [reload(), reopen(stamp, what === "everything")];
  const rows = Promise.all([list, thread]).then(() => forgetRowsBefore(stamp, openId.peek()));
  await allOf([list, thread, rows, loadFolders(), loadViews(), loadChats()]);
}

/** Waits for all of them; raises what asking again may mend before what it does not. */
async function allOf(loads: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(loads);
  const failures: unknown[] = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  const first = failures.find((one) => !(one instanceof ApiError)) ?? failures.find((one) => one instanceof ApiError && one.passing) ?? failures[0];
  if (first !== undefined) throw first;
}
