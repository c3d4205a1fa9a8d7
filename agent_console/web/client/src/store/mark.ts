/** Which mark a message may bear: never one that its channel cannot know of (S51). */
import type { Caps, Mark, MarkState } from "../api/types.ts";

type Reports = Pick<Caps, "reports_delivered" | "reports_read">;

/** The state as far as the channel can vouch for it. */
export function vouchedState(mark: Mark, can: Reports | undefined): MarkState {
  const { state } = mark;
  if (state === "read" && !can?.reports_read) return can?.reports_delivered ? "delivered" : "sent";
  if (state === "delivered" && !can?.reports_delivered) return "sent";
  return state;
}

/** A tick stands for "accepted" where the channel tells no more, and for "delivered" where it does: until then it is a clock. */
export function stillOnItsWay(state: MarkState, can: Reports | undefined): boolean {
  return state === "queued" || state === "sending" || (state === "sent" && can?.reports_delivered === true);
}
