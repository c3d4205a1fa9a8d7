import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { formatSize } from "@deskbridge/ui";
import { getChannelStates, getDeskState, type DeskState } from "../api/pages.ts";
import { Icon } from "@deskbridge/ui";
import { CircleCheck, Hourglass } from "../components/icons.ts";
import { PresenceWord } from "../components/presence.tsx";
import { SurfaceList } from "../components/surface-list.tsx";
import { locale, t } from "../i18n/index.ts";
import { named, p } from "../i18n/pages/index.ts";
import { channels } from "../store/channels.ts";
import { has } from "../store/pages.ts";
import { surfaces } from "../store/surfaces.ts";
import { agents } from "../store/session.ts";
import { ChannelCards } from "./desk-channels.tsx";
import { Dead } from "./desk-dead.tsx";
import { Configuration } from "./desk-configuration.tsx";
import { SecondFactors } from "./desk-factors.tsx";
import { SignedIn } from "./desk-sessions.tsx";
import { PageFrame, Section, Shown, useLoaded, type Loaded } from "./page.tsx";
import { number } from "./report-words.ts";

const FRESH = 30_000;

/** How the desk is: its channels and people and, for owners, the program and its configuration. */
export function DeskPage(): VNode {
  // The websocket tells of every change of a channel's state; what only adds up is asked for now and then.
  const states = useLoaded(getChannelStates, [channels.value]);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && states.again(), FRESH);
    return () => clearInterval(timer);
  }, []);
  return (
    <PageFrame title={t("page.desk")}>
      {has("configuration") && <Whole />}
      <Section title={p("desk.channels")}>
        <Shown of={states}>{(found) => <ChannelCards states={found} />}</Shown>
      </Section>
      <Dead />
      {surfaces.value.length > 0 && (
        <Section title={t("surfaces.title")}>
          <SurfaceList cards />
        </Section>
      )}
      <Section title={p("desk.people")}>
        <People />
      </Section>
      {has("sessions") && <SignedIn />}
      {has("sessions") && <SecondFactors />}
      {has("configuration") && <Below />}
    </PageFrame>
  );
}

function useDesk(): Loaded<DeskState> {
  return useLoaded(getDeskState, []);
}

/** What a new desk needs; once all of it is there, nothing is said. */
function Whole(): VNode | null {
  const steps = useDesk().value?.steps ?? [];
  if (steps.every((one) => one.done)) return null;
  return (
    <Section title={p("desk.steps")}>
      <ol class="steps">
        {steps.map(({ id, done }) => (
          <li key={id} data-step={id} data-done={done}>
            <Icon of={done ? CircleCheck : Hourglass} size={18} />
            <span>{named("step", id)}</span>
            <span class="meta">{p(done ? "desk.step.done" : "desk.step.open")}</span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function People(): VNode {
  const here = agents.value.filter((one) => !one.retired);
  return (
    <ul class="people-list">
      {here.map((one) => (
        <li key={one.id}>
          <span dir="auto">{one.name}</span>
          {one.role !== "viewer" && <PresenceWord presence={one.presence} />}
        </li>
      ))}
    </ul>
  );
}

function Below(): VNode {
  const desk = useDesk();
  return (
    <Shown of={desk}>
      {(found) => (
        <>
          <Section title={p("desk.program")}>
            <ProgramFacts desk={found} />
          </Section>
          <Configuration desk={found} />
        </>
      )}
    </Shown>
  );
}

function ProgramFacts({ desk }: { desk: DeskState }): VNode {
  const size = (bytes: number): string => formatSize(bytes, locale.value);
  const facts: [string, string][] = [
    [p("desk.version"), `Deskbridge ${desk.version} · Python ${desk.python}`],
    [p("desk.database"), `${desk.database} · ${size(desk.database_size)}`],
    [p("desk.disk"), p("desk.free", { free: size(desk.media_free), total: size(desk.media_total) })],
    [p("desk.sessions"), number(desk.sessions)],
  ];
  return (
    <dl class="page-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
