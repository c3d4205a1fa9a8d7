import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError, Icon } from "@deskbridge/ui";
import { getChannels } from "../api/endpoints.ts";
import type { ChannelHealth, ChannelState } from "../api/types.ts";
import { t, type Key } from "../i18n/index.ts";
import { channelTitle, moment, todoText, warningLine, whyText } from "../store/channel-words.ts";
import { channels, hasTrouble } from "../store/channels.ts";
import { loadSurfaces, surfaces } from "../store/surfaces.ts";
import { complain } from "../store/verbs.ts";
import { ChannelIcon } from "./avatar.tsx";
import { DialogBox } from "./dialog.tsx";
import { CircleCheck, Hourglass, TriangleAlert } from "./icons.ts";
import { SurfaceList } from "./surface-list.tsx";

const states: Record<ChannelState, Key> = {
  starting: "channels.state.starting",
  up: "channels.state.up",
  degraded: "channels.state.degraded",
  bad_credentials: "channels.state.bad_credentials",
  down: "channels.state.down",
};

/** Every channel: how it is, since when and why, what to do about it, and when it last carried something. */
export function ChannelsSheet(): VNode {
  const times = useTimes();
  useSurfaces();
  return (
    <DialogBox title={t("channels.title")} class="wide">
      <ul class="channels-list">
        {channels.value.map((one) => (
          <Channel key={one.inbox} of={one} times={times.get(one.inbox) ?? one} />
        ))}
      </ul>
      {surfaces.value.length > 0 && (
        <>
          <h3 class="surfaces-head">{t("surfaces.title")}</h3>
          <SurfaceList />
        </>
      )}
    </DialogBox>
  );
}

/** When each channel last carried something: these times are told to whoever asks, not with every message. */
function useTimes(): ReadonlyMap<string, ChannelHealth> {
  const [times, setTimes] = useState<ReadonlyMap<string, ChannelHealth>>(new Map());
  useEffect(() => {
    let current = true;
    getChannels()
      .then((found) => current && setTimes(new Map(found.map((one) => [one.inbox, one]))))
      .catch((error: unknown) => (error instanceof ApiError ? complain(error) : Promise.reject(error)));
    return () => {
      current = false;
    };
  }, []);
  return times;
}

/** What only adds up on surfaces is not told either. */
function useSurfaces(): void {
  useEffect(() => void loadSurfaces().catch(complain), []);
}

function Channel({ of, times }: { of: ChannelHealth; times: ChannelHealth }): VNode {
  const bad = hasTrouble(of);
  const warning = warningLine(of);
  return (
    <li class={`channel-line ${bad ? "bad" : ""}`} data-channel={of.inbox} data-state={of.state}>
      <h3 dir="auto">
        <ChannelIcon inbox={of.inbox} size={16} /> {channelTitle(of)}
      </h3>
      <p class="channel-state">
        <Icon of={bad ? TriangleAlert : of.state === "up" ? CircleCheck : Hourglass} size={16} />
        {t("channels.since", { state: t(states[of.state]), time: moment(of.since) })}
      </p>
      {bad && (
        <div class="channel-why">
          <p>{t("channels.because", { why: whyText(of) })}</p>
          {warning && <p class="channel-warning">{warning}</p>}
          <p>{todoText(of)}</p>
          {of.sentence !== undefined && (
            <p class="meta" lang="en">
              {of.sentence}
            </p>
          )}
        </div>
      )}
      <p class="meta">
        {t("channels.received", { time: times.received_at === null ? t("channels.never") : moment(times.received_at) })}
        {" · "}
        {t("channels.sent", { time: times.sent_at === null ? t("channels.never") : moment(times.sent_at) })}
      </p>
    </li>
  );
}
