import type { VNode } from "preact";
import { fullTime, Icon, shortTime } from "@deskbridge/ui";
import { locale, t } from "../i18n/index.ts";
import type { Row } from "../api/types.ts";
import { now } from "../store/clock.ts";
import { unsnooze } from "../store/snoozing.ts";
import { dialog } from "../store/ui.ts";
import { complain, may } from "../store/verbs.ts";
import { AlarmClock } from "./icons.ts";
import type { MenuItem } from "./menu.tsx";

/** Until when it is out of the way; nothing where it is not. */
export function SnoozeChip({ row }: { row: Row }): VNode | null {
  const until = row.conversation.snoozed_until;
  if (until === undefined) return null;
  const words = t("snooze.until", { time: fullTime(until, locale.value) });
  return (
    <span class="chip snoozed" data-snoozed={until} title={words}>
      <Icon of={AlarmClock} size={12} />
      <span class="sr-only">{words}</span>
      <span aria-hidden="true">{shortTime(until, locale.value, now.value)}</span>
    </span>
  );
}

export function snoozeItems(row: Row): (MenuItem | false)[] {
  const { id, snoozed_until } = row.conversation;
  if (!may(row, "snooze")) return [];
  return [
    { id: "snooze", label: t("action.snooze"), icon: AlarmClock, keys: "Z", run: () => (dialog.value = { kind: "snooze", conversation: id }) },
    snoozed_until !== undefined && { id: "unsnooze", label: t("action.unsnooze"), icon: AlarmClock, run: () => void unsnooze(id).catch(complain) },
  ];
}
