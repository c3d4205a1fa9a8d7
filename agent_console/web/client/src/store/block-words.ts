/** Sentences about a customer who is kept away. */
import { fullTime } from "@deskbridge/ui";
import { locale, t } from "../i18n/index.ts";
import type { Block } from "../api/types.ts";
import { agentLabel } from "./words.ts";

const UNITS = [
  { unit: "day", ms: 86_400_000 },
  { unit: "hour", ms: 3_600_000 },
  { unit: "minute", ms: 60_000 },
] as const;

/** "1 hour", "7 days": in the largest unit that divides it. */
export function termText(ms: number): string {
  const { unit, ms: size } = UNITS.find((one) => ms % one.ms === 0) ?? UNITS[2];
  return new Intl.NumberFormat(locale.value, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1 }).format(ms / size);
}

/** "until 12 March, 14:00", or that there is no end. */
export function endText(until: number | null): string {
  return until === null ? t("blocked.forever") : t("blocked.until", { time: fullTime(until, locale.value) });
}

export function blockLine(block: Block, customer: string): string {
  return t(block.scope === "contact" ? "blocked.person" : "blocked.account", { name: customer, end: endText(block.until) });
}

export function blockedBy({ by, reason }: Block): string {
  return t("blocked.by", { name: by === null ? t("author.system") : agentLabel(by), reason });
}
