import type { Row } from "../api/types.ts";
import { isOffline } from "./session.ts";

/** Why the reply box is shut, or "open". A note can be written whatever this says, where `can` allows it. */
export type Lock = "open" | "untaken" | "taken" | "offline" | "blocked" | "deleted" | "forbidden";

/** What an agent who is offline is refused (D01). */
const ANSWERING = ["reply", "take", "join"] as const;

export function lockOf(row: Row): Lock {
  const { state, assignee, blocked } = row.conversation;
  if (state === "deleted") return "deleted";
  if (blocked) return "blocked";
  if (isOffline.value && ANSWERING.some((verb) => row.can.includes(verb))) return "offline";
  if (state === "open" && assignee === null && row.can.includes("take")) return "untaken";
  if (row.can.includes("reply")) return "open";
  return state === "open" && assignee !== null && !row.mine ? "taken" : "forbidden";
}
