/** Putting a conversation out of the way until later, and having it back. */
import * as server from "../api/endpoints.ts";
import type { SnoozeChoice } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { applyRow, getRow } from "./desk.ts";
import { nextStamp } from "./fresh.ts";
import { openId } from "./reading.ts";
import { go } from "./route.ts";
import { toast } from "./toasts.ts";
import { carryOut, complain, neighbour } from "./verbs.ts";
import { contactName } from "./words.ts";

export const SNOOZE_CHOICES: readonly SnoozeChoice[] = ["1h", "3h", "tomorrow", "next_week"];

/** Puts it out of the way, with a way back, and goes on to the next one. The form shows what is wrong, so that comes back. */
export async function snooze(id: number, until: number | SnoozeChoice): Promise<void> {
  const next = neighbour(id, 1);
  const stamp = nextStamp();
  const { row } = await server.putSnooze(id, until);
  applyRow(id, row, stamp);
  const name = contactName(row ?? getRow(id)!);
  toast({ tone: "info", title: t("toast.snoozed", { name }), action: { label: t("action.undo"), run: () => void unsnooze(id).catch(complain) } });
  if (openId.peek() === id && next !== id) go({ conversation: next });
}

export function unsnooze(id: number): Promise<boolean> {
  return carryOut(id, () => server.deleteSnooze(id));
}
