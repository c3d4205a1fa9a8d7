import type { Row } from "../api/types.ts";

/** Why the reply box is shut, or "open". A note can be written whatever this says, where `can` allows it. */
export type Lock = "open" | "untaken" | "taken" | "blocked" | "forbidden";

export function lockOf(row: Row): Lock {
  const { state, assignee, blocked } = row.conversation;
  if (blocked) return "blocked";
  if (state === "open" && assignee === null && row.can.includes("take")) return "untaken";
  if (row.can.includes("reply")) return "open";
  return state === "open" && assignee !== null && !row.mine ? "taken" : "forbidden";
}
