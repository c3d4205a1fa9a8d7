import type { VNode } from "preact";
import { Icon } from "@deskbridge/ui";
import type { ChannelHealth } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { COMMANDS } from "../keys/commands.ts";
import { gapLine, noticeLine, todoText, troubleLine, warningLine, watchesChannels } from "../store/channel-words.ts";
import { channelOf, channels, hasTrouble, putGapAway, tellsOfGap } from "../store/channels.ts";
import { surfaceBackLine, surfaceTodo, surfaceTroubleLine } from "../store/surface-words.ts";
import { alarms, backs, putBackAway } from "../store/surfaces.ts";
import { IconButton } from "./button.tsx";
import { CircleCheck, RadioTower, TriangleAlert, X } from "./icons.ts";

/** Above everything, for those who can have it mended: which channels and staff surfaces have trouble, and which are back. */
export function ChannelBanners(): VNode {
  const shown = watchesChannels();
  const lost = shown ? alarms.value : [];
  const found = shown ? backs.value : [];
  const trouble = shown ? channels.value.filter(hasTrouble) : [];
  const back = shown ? channels.value.filter(tellsOfGap) : [];
  return (
    <div class="banner-place" role="status" data-channels>
      {trouble.length > 0 && <Trouble of={trouble} />}
      {lost.length > 0 && (
        <Alarm
          line={lost.length === 1 ? surfaceTroubleLine(lost[0]!) : t("surfaces.trouble", { n: lost.length })}
          more={lost.length === 1 ? surfaceTodo(lost[0]!) : null}
        />
      )}
      {back.map((one) => (
        <Back key={one.inbox} line={gapLine(one)} dismiss={() => putGapAway(one)} />
      ))}
      {found.map((one) => (
        <Back key={one.key} line={surfaceBackLine(one)} dismiss={() => putBackAway(one)} />
      ))}
    </div>
  );
}

/** One channel in words; of several only the number, and the sheet tells the rest. */
function Trouble({ of }: { of: readonly ChannelHealth[] }): VNode {
  const warning = of.map(warningLine).find((line) => line !== null) ?? null;
  const [first] = of;
  return (
    <Alarm line={of.length === 1 ? troubleLine(first!) : t("channels.trouble", { n: of.length })} warning={warning} more={of.length === 1 ? todoText(first!) : null} />
  );
}

function Alarm({ line, warning = null, more }: { line: string; warning?: string | null; more: string | null }): VNode {
  return (
    <div class="banner trouble-banner">
      <Icon of={TriangleAlert} size={16} />
      <p>
        <b dir="auto">{line}</b> {warning && <b>{warning} </b>}
        {more && <span>{more} </span>}
        <button type="button" class="link" onClick={COMMANDS.channels.run}>
          {t("channels.show")}
        </button>
      </p>
    </div>
  );
}

function Back({ line, dismiss }: { line: string; dismiss: () => void }): VNode {
  return (
    <div class="banner">
      <Icon of={CircleCheck} size={16} />
      <span dir="auto">{line}</span>
      <IconButton icon={X} size={16} label={t("toast.dismiss")} tip={false} onClick={dismiss} />
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
  const bad = channels.value.filter(hasTrouble).length;
  const lost = alarms.value.length;
  const n = bad + lost;
  const trouble = [bad > 0 && t("channels.trouble", { n: bad }), lost > 0 && t("surfaces.trouble", { n: lost })].filter(Boolean);
  const label = trouble.join(". ") || t("channels.title");
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
