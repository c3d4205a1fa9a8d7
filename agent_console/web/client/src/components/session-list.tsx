import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { fullTime } from "@deskbridge/ui";
import { deleteOwnSession, deleteOwnSessions, getOwnSessions } from "../api/endpoints.ts";
import type { OpenSession } from "../api/types.ts";
import { locale } from "../i18n/index.ts";
import { p } from "../i18n/pages/index.ts";
import { complain } from "../store/verbs.ts";
import { Button } from "./button.tsx";

/** Where the agent is signed in: each browser can be signed out from here, but for this one. */
export function OwnSessions(): VNode | null {
  const [sessions, setSessions] = useState<readonly OpenSession[] | null>(null);
  const load = (): Promise<void> => getOwnSessions().then(setSessions).catch(complain);
  useEffect(() => void load(), []);
  const end = (call: Promise<void>): void => void call.catch(complain).then(load);
  if (!sessions) return null;
  const others = sessions.filter((one) => !one.current);
  return (
    <fieldset class="settings-group" data-sessions>
      <legend>{p("sessions.title")}</legend>
      <Sessions of={sessions} end={({ id }) => end(deleteOwnSession(id))} />
      {others.length > 0 ? (
        <Button class="group-button" onClick={() => end(deleteOwnSessions())}>
          {p("sessions.others")}
        </Button>
      ) : (
        <p class="meta">{p("sessions.none")}</p>
      )}
    </fieldset>
  );
}

/** Browsers, each with its end; the one that looks is ended by signing out. */
export function Sessions({ of, end }: { of: readonly OpenSession[]; end: (one: OpenSession) => void }): VNode {
  return (
    <>
      {of.map((one) => (
        <div key={one.id} class="setting" data-session={one.id} data-current={one.current}>
          <span>
            <span dir="auto">{browserOf(one)}</span> {one.current && <strong class="meta">({p("sessions.this")})</strong>}
            <small class="meta">{about(one)}</small>
          </span>
          {!one.current && (
            <Button onClick={() => end(one)} aria-label={p("sessions.endNamed", { name: `${browserOf(one)}, ${about(one)}` })}>
              {p("sessions.end")}
            </Button>
          )}
        </div>
      ))}
    </>
  );
}

function browserOf({ browser, system }: OpenSession): string {
  return [browser, system].filter((one) => one !== null).join(" · ") || p("sessions.unknown");
}

function about({ created_at, used_at, address }: OpenSession): string {
  const when = (at: number): string => fullTime(at, locale.value);
  const where = address === null ? [] : [p("sessions.from", { address })];
  return [...where, p("sessions.seen", { time: when(used_at) }), p("sessions.since", { time: when(created_at) })].join(" · ");
}
