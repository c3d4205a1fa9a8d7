/** Which pages beside the conversations this agent may see. */
import type { Right } from "../api/types.ts";
import { session } from "./session.ts";
import type { Page } from "./route.ts";

/** Any of these; colleagues are for everybody. */
const needed: Record<Page, readonly Right[]> = {
  colleagues: [],
  reports: ["reports", "own_reports"],
  audit: ["audit"],
  desk: ["health"],
};

export function has(right: Right): boolean {
  return session.value?.rights.includes(right) ?? false;
}

export function maySee(page: Page): boolean {
  return needed[page].length === 0 || needed[page].some(has);
}
