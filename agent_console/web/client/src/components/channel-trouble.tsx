import type { VNode } from "preact";
import { Icon } from "@deskbridge/ui";
import type { ChannelHealth } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { COMMANDS } from "../keys/commands.ts";
import { gapLine, noticeLine, todoText, troubleLine, warningLine, watchesChannels } from "../store/channel-words.ts";
import { channelOf, channels, hasTrouble, putGapAway, tellsOfGap } from "../store/channels.ts";
import { IconButton } from "./button.tsx";
import { CircleCheck, RadioTower, TriangleAlert, X } from "./icons.ts";

/** Above everything, for those who can have it mended: which channels have trouble, and which are back. */
export function ChannelBanners(): VNode {
  const shown = watchesChannels();
  const trouble = shown ? channels.value.filter(hasTrouble) : [];
  const back = shown ? channels.value.filter(tellsOfGap) : [];
  return (
    <div class="banner-place" role="status" data-channels>
      {trouble.length > 0 && <Trouble of={trouble} />}
      {back.map((one) => (
        <Back key={one.inbox} of={one} />
      ))}
    </div>
  );
}

/** One channel in words; of several only the number, and the sheet tells the rest. */
function Trouble({ of }: { of: readonly ChannelHealth[] }): VNode {
  const warning = of.map(warningLine).find((line) => line !== null);
  return (
    <div class="banner trouble-banner">
      <Icon of={TriangleAlert} size={16} />
      <p>
        <b dir="auto">{of.length === 1 ? troubleLine(of[0]!) : t("channels.trouble", { n: of.length })}</b> {warning && <b>{warning} </b>}
        {of.length === 1 && <span>{todoText(of[0]!)} </span>}
        <button type="button" class="link" onClick={COMMANDS.channels.run}>
          {t("channels.show")}
        </button>
      </p>
    </div>
  );
}

function Back({ of }: { of: ChannelHealth }): VNode {
  return (
    <div class="banner">
      <Icon of={CircleCheck} size={16} />
      <span dir="auto">{gapLine(of)}</span>
      <IconButton icon={X} size={16} label={t("toast.dismiss")} tip={false} onClick={() => putGapAway(of)} />
    </div>
  );
}

/** Over a conversation whose channel has trouble: whoever answers here is to know what becomes of it. */
export function ChannelNotice({ inbox }: { inbox: string }): VNode {
  const channel = channelOf(inbox);
  return (
    <div class="banner-place" role="status" data-channel-notice>
      {channel && hasTrouble(channel) && (
        <div class="banner trouble-banner">
          <Icon of={TriangleAlert} size={16} />
          <p dir="auto">{noticeLine(channel)}</p>
        </div>
      )}
    </div>
  );
}

/** The way to the sheet of channels, with a mark while one of them has trouble. */
export function ChannelsButton(): VNode | null {
  if (!watchesChannels()) return null;
  const n = channels.value.filter(hasTrouble).length;
  const label = n > 0 ? t("channels.trouble", { n }) : t("channels.title");
  return (
    <button type="button" class="nav channels-nav" aria-label={label} data-tip={label} data-tip-side="right" data-trouble={n} onClick={COMMANDS.channels.run}>
      <Icon of={RadioTower} size={18} />
      <span class="rail-text">{t("channels.title")}</span>
      {n > 0 && (
        <span class="channels-mark" aria-hidden="true">
          {n}
        </span>
      )}
    </button>
  );
}
