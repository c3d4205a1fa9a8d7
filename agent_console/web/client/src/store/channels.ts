/** How the channels are, as the server last told. */
import { signal } from "@preact/signals";
import type { ChannelHealth } from "../api/types.ts";
import { told } from "./fresh.ts";
import { readStored, store } from "./storage.ts";

export const channels = signal<readonly ChannelHealth[]>([]);

export function setChannels(next: readonly ChannelHealth[]): void {
  told(() => {
    channels.value = next;
  });
}

/** The gaps that were read and put away in this browser, by channel and end. */
const putAway = signal<readonly string[]>(readStored<string[]>("gaps") ?? []);
const KEPT = 50;

const gapKey = ({ inbox, gap }: ChannelHealth): string => `${inbox}@${gap?.ended ?? 0}`;

export function channelOf(inbox: string): ChannelHealth | undefined {
  return channels.value.find((one) => one.inbox === inbox);
}

export function hasTrouble(channel: ChannelHealth): boolean {
  return channel.state !== "up" && channel.state !== "starting";
}

/** Whether people are still to be told that messages come in again. */
export function tellsOfGap(channel: ChannelHealth): boolean {
  return channel.gap !== null && !hasTrouble(channel) && !putAway.value.includes(gapKey(channel));
}

export function putGapAway(channel: ChannelHealth): void {
  putAway.value = [...putAway.value, gapKey(channel)].slice(-KEPT);
  store("gaps", putAway.value);
}
