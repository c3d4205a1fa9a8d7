/** What can be looked for in a person's history, and in which time. */

export type Kind = "all" | "life" | "answering" | "contact";

/** The activities of each kind; none of them means all. */
export const KINDS: Readonly<Record<Kind, readonly string[]>> = {
  all: [],
  life: ["opened", "closed", "reopened", "deleted", "restored", "continued", "continued_apart", "continued_in", "continued_in_apart", "came_back"],
  answering: ["taken", "released", "assigned", "joined", "left", "participant_added", "participant_removed"],
  contact: ["contact_edited", "people_joined", "people_parted", "identified", "linked", "unlinked", "invited", "invited_back"],
};

/** Two days as one picks them, both of them included, in the time of this screen; an empty one sets no end. */
export function period(since: string, until: string): { since?: number; until?: number } {
  const from = startOf(since, 0);
  const before = startOf(until, 1);
  return { ...(from !== null && { since: from }), ...(before !== null && { until: before }) };
}

/** The first moment of a day, or of one some days later: a day is not always 24 hours long. */
function startOf(day: string, later: number): number | null {
  const [year, month, date] = day.split("-").map(Number);
  if (year === undefined || month === undefined || date === undefined) return null;
  return Math.max(0, new Date(year, month - 1, date + later).getTime());
}
