/** What is said of a channel's trouble, in the agent's language. */
import { clockTime, dayOf, fullTime } from "@deskbridge/ui";
import type { ChannelHealth } from "../api/types.ts";
import { isKey, locale, t } from "../i18n/index.ts";
import { now } from "./clock.ts";
import { inboxOf, me } from "./session.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Who is told of every channel's trouble, and can have it mended. */
export function watchesChannels(): boolean {
  return me.value.role === "owner" || me.value.role === "supervisor";
}

export function channelTitle(channel: ChannelHealth): string {
  return inboxOf(channel.inbox)?.name ?? channel.inbox;
}

/** The time of today, else the day with it. */
export function moment(at: number): string {
  return dayOf(at) === dayOf(now.value) ? clockTime(at, locale.value) : fullTime(at, locale.value);
}

/** A reason's words, or those of an unknown one: a newer server may have reasons that this page has no words for. */
function reasonWords(kind: "why" | "todo", { reason }: ChannelHealth): string {
  const key = `channels.${kind}.${reason ?? "unknown"}`;
  return t(isKey(key) ? key : `channels.${kind}.unknown`);
}

export const whyText = (channel: ChannelHealth): string => reasonWords("why", channel);
export const todoText = (channel: ChannelHealth): string => reasonWords("todo", channel);

/** For those who have it mended. */
export function troubleLine(channel: ChannelHealth): string {
  return t("channels.line", { channel: channelTitle(channel), why: whyText(channel), time: moment(channel.since) });
}

/** For those who answer in a conversation of this channel. */
export function noticeLine(channel: ChannelHealth): string {
  const kind = channel.state === "bad_credentials" || channel.state === "down" ? channel.state : "degraded";
  return t(`channels.agent.${kind}`, { channel: channelTitle(channel), why: whyText(channel), time: moment(channel.since) });
}

/** What becomes of messages that do not come in, once people are to be warned of it. */
export function warningLine(channel: ChannelHealth): string | null {
  const { down_since, warned, inbox } = channel;
  if (down_since === null || warned === 0) return null;
  const time = moment(down_since);
  const kept = inboxOf(inbox)?.kept_for ?? null;
  if (kept === null) return t("channels.warned.unknown", { time });
  const length = units(kept / HOUR, "hour");
  const left = down_since + kept - now.value;
  if (left < 0) return t("channels.warned.lost", { time, length });
  return t("channels.warned", { time, length, left: left < HOUR ? units(Math.ceil(left / MINUTE), "minute") : units(Math.floor(left / HOUR), "hour") });
}

const units = (count: number, unit: "hour" | "minute"): string => new Intl.NumberFormat(locale.value, { style: "unit", unit, unitDisplay: "long" }).format(count);

export function gapLine(channel: ChannelHealth): string {
  const { begun, ended, lost } = channel.gap!;
  const times = { channel: channelTitle(channel), from: moment(begun), until: moment(ended) };
  return t(lost ? "channels.back.lost" : "channels.back", times);
}
