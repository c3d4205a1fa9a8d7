/**
 * The server cannot tell what was missed: everything is loaded again, under the hands of whoever works here. What is
 * shown stays until the new is here, since a field that one writes in must not go away.
 */
import { ApiError } from "@deskbridge/ui";
import { getSession } from "../api/endpoints.ts";
import { loadChats } from "./chats.ts";
import { forgetRowsBefore, forgetThreads } from "./desk.ts";
import { nextStamp } from "./fresh.ts";
import { loadFolders, reload } from "./list.ts";
import { openId, reopen } from "./reading.ts";
import { adopt, session } from "./session.ts";
import { loadViews } from "./views.ts";

const AGAIN_AFTER = 3_000;

let running: Promise<void> | null = null;
let again = false;

/** Loads everything again; what is asked for meanwhile is loaded once more after that. */
export function startAfresh(signedOut: () => void): Promise<void> {
  again = true;
  running ??= loadWhileAsked(signedOut);
  return running;
}

async function loadWhileAsked(signedOut: () => void): Promise<void> {
  try {
    while (again) {
      again = false;
      await loadAfresh(signedOut);
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.passing) setTimeout(() => void startAfresh(signedOut), AGAIN_AFTER);
  } finally {
    running = null;
  }
}

/** The socket stays: what it says from now on is newer than what is forgotten, and the loads that begin now have seen it too. */
async function loadAfresh(signedOut: () => void): Promise<void> {
  const stamp = nextStamp();
  const next = await getSession();
  if (session.peek() === null) return;
  if ("second_factor_due" in next) return signedOut();
  adopt(next);
  // What is open is loaded below, all else as it is opened again.
  forgetThreads(openId.peek());
  const rows = Promise.all([reload(), reopen(stamp)]).then(() => forgetRowsBefore(stamp, openId.peek()));
  await Promise.all([rows, loadFolders(), loadViews(), loadChats()]);
}
