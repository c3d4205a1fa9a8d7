import type { VNode } from "preact";
import { Icon } from "@deskbridge/ui";
import type { ChannelState } from "../api/pages.ts";
import { ChannelIcon } from "../components/avatar.tsx";
import { CircleCheck, Hourglass, TriangleAlert } from "../components/icons.ts";
import { t } from "../i18n/index.ts";
import { p } from "../i18n/pages/index.ts";
import { channelTitle, moment, todoText, whyText } from "../store/channel-words.ts";
import { hasTrouble } from "../store/channels.ts";
import { number } from "./report-words.ts";

/** Each channel: how it is and since when, what waits, and what did not arrive. */
export function ChannelCards({ states }: { states: readonly ChannelState[] }): VNode {
  return (
    <ul class="cards">
      {states.map((one) => (
        <Card key={one.health.inbox} of={one} />
      ))}
    </ul>
  );
}

function Card({ of }: { of: ChannelState }): VNode {
  const { health } = of;
  const bad = hasTrouble(health);
  return (
    <li class={`channel-line card ${bad ? "bad" : ""}`} data-channel={health.inbox} data-state={health.state}>
      <h3 dir="auto">
        <ChannelIcon inbox={health.inbox} size={16} /> {channelTitle(health)}
      </h3>
      <p class="channel-state">
        <Icon of={bad ? TriangleAlert : health.state === "up" ? CircleCheck : Hourglass} size={16} />
        {p("desk.since", { state: t(`channels.state.${health.state}`), time: moment(health.since) })}
      </p>
      {bad && (
        <p class="meta">
          {t("channels.because", { why: whyText(health) })} {todoText(health)}
        </p>
      )}
      <Facts of={of} />
    </li>
  );
}

function Facts({ of: { health, waiting, oldest, failed, uncertain, quarantined } }: { of: ChannelState }): VNode {
  const when = (at: number | null): string => (at === null ? t("channels.never") : moment(at));
  const facts: [string, string, string][] = [
    ["received", p("desk.received"), when(health.received_at)],
    ["sent", p("desk.sent"), when(health.sent_at)],
    ["waiting", p("desk.waiting"), oldest === null ? number(waiting) : `${number(waiting)}, ${p("desk.oldest", { time: moment(oldest) })}`],
    ["failed", p("desk.failed"), number(failed)],
    ["uncertain", p("desk.uncertain"), number(uncertain)],
    ["quarantined", p("desk.aside"), number(quarantined)],
  ];
  return (
    <dl class="page-facts">
      {facts.map(([id, name, value]) => (
        <div key={id} data-fact={id}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
