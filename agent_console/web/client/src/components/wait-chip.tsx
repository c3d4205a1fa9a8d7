import type { VNode } from "preact";
import { duration, Icon, type IconShape } from "@deskbridge/ui";
import type { Conversation } from "../api/types.ts";
import { locale, t, type Key } from "../i18n/index.ts";
import { now } from "../store/clock.ts";
import { settings } from "../store/session.ts";
import { counted, hoursOf, isClosed, waitOf, type WaitState } from "../store/wait.ts";
import { Clock, Hourglass, Pause, Timer, TriangleAlert } from "./icons.ts";

const icons: Record<WaitState, IconShape> = { plain: Clock, ok: Timer, soon: Timer, late: Hourglass, over: TriangleAlert };

const words: Record<WaitState, Key> = { plain: "wait.ok", ok: "wait.ok", soon: "wait.soon", late: "wait.late", over: "wait.over" };
const HOUR = 3_600_000;

/** Minutes and seconds while they matter, then hours, then days. */
function waitText(ms: number): string {
  if (ms < HOUR) return duration(ms);
  const [unit, value] = ms < 24 * HOUR ? ["hour", ms / HOUR] : ["day", ms / (24 * HOUR)];
  return new Intl.NumberFormat(locale.value, { style: "unit", unit, unitDisplay: "narrow" }).format(Math.floor(value));
}

/** How long the customer has been waiting: by icon and text as well as by colour. Nothing when nobody waits. */
export function WaitChip({ of }: { of: Pick<Conversation, "waiting_since" | "paused_at" | "team" | "inbox"> }): VNode | null {
  const { waiting_since: since, paused_at } = of;
  if (since === null) return null;
  const hours = hoursOf(of, settings.value.wait_hours);
  const length = counted(since, paused_at ?? now.value, hours);
  if (paused_at !== undefined || isClosed(now.value, hours)) return <PausedChip length={length} />;
  const wait = waitOf(length, settings.value.max_wait);
  const elapsed = waitText(wait.elapsed);
  const over = wait.state === "over" && wait.elapsed < HOUR ? `+${duration(wait.over)}` : "";
  return (
    <span class={`chip wait ${wait.state}`} data-wait={wait.state}>
      <Icon of={icons[wait.state]} size={12} />
      <span class="sr-only">{t(words[wait.state], { elapsed, over: duration(wait.over) })}</span>
      <span aria-hidden="true">
        {elapsed} {over && <b>{over}</b>}
      </span>
    </span>
  );
}

/** How long they had waited when time began to stand still, for the conversation or for everybody. */
function PausedChip({ length }: { length: number }): VNode {
  const elapsed = waitText(length);
  return (
    <span class="chip wait plain" data-wait="paused">
      <Icon of={Pause} size={12} />
      <span class="sr-only">{t("wait.paused", { elapsed })}</span>
      <span aria-hidden="true">{elapsed}</span>
    </span>
  );
}
