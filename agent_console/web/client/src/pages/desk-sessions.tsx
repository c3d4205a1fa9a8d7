import type { VNode } from "preact";
import { deleteSession, deleteSessionsOf, getSessions } from "../api/pages.ts";
import type { OpenSession } from "../api/types.ts";
import { Button } from "../components/button.tsx";
import { Sessions } from "../components/session-list.tsx";
import { p } from "../i18n/pages/index.ts";
import { agentName } from "../store/session.ts";
import { complain } from "../store/verbs.ts";
import { Section, Shown, useLoaded } from "./page.tsx";

/** Everybody's signed-in browsers, by agent, for owners to end. */
export function SignedIn(): VNode {
  const found = useLoaded(getSessions, []);
  const end = (call: Promise<void>): void => void call.catch(complain).then(found.again);
  return (
    <Section title={p("sessions.desk")}>
      <Shown of={found}>
        {(all) =>
          [...new Set(all.map((one) => one.agent))].map((agent) => (
            <OfAgent
              key={agent}
              name={agentName(agent)}
              sessions={all.filter((one) => one.agent === agent)}
              end={(one) => end(deleteSession(one.id))}
              endAll={() => end(deleteSessionsOf(agent))}
            />
          ))
        }
      </Shown>
    </Section>
  );
}

type Props = { name: string; sessions: readonly OpenSession[]; end: (one: OpenSession) => void; endAll: () => void };

function OfAgent({ name, sessions, end, endAll }: Props): VNode {
  const several = sessions.filter((one) => !one.current).length > 1;
  return (
    <fieldset class="settings-group" data-sessions-of={name}>
      <legend dir="auto">{name}</legend>
      <Sessions of={sessions} end={end} />
      {several && (
        <Button class="group-button" onClick={endAll} aria-label={p("sessions.allOf", { name })}>
          {p("sessions.all")}
        </Button>
      )}
    </fieldset>
  );
}
