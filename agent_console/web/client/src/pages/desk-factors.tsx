import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { fullTime } from "@deskbridge/ui";
import { deleteFactorOf, getFactors, type FactorOf } from "../api/pages.ts";
import { Button } from "../components/button.tsx";
import { locale, t } from "../i18n/index.ts";
import { p } from "../i18n/pages/index.ts";
import { agentName, me } from "../store/session.ts";
import { complain } from "../store/verbs.ts";
import { Section, Shown, useLoaded } from "./page.tsx";

/** Who has a second factor, for owners to take away from those who have lost theirs. */
export function SecondFactors(): VNode {
  const found = useLoaded(getFactors, []);
  const takeAway = (agent: string): void => void deleteFactorOf(agent).catch(complain).then(found.again);
  return (
    <Section title={p("factor.desk")}>
      <Shown of={found}>
        {(all) => (all.length === 0 ? <p class="meta">{p("factor.nobody")}</p> : all.map((one) => <OfAgent key={one.agent} of={one} takeAway={() => takeAway(one.agent)} />))}
      </Shown>
    </Section>
  );
}

/** Taking it away wants a second press: whoever has not lost it would be asked for less from then on. */
function OfAgent({ of: { agent, since, recovery_left }, takeAway }: { of: FactorOf; takeAway: () => void }): VNode {
  const [asked, setAsked] = useState(false);
  const name = agentName(agent);
  return (
    <div class="setting" data-factor-of={name}>
      <span>
        <span dir="auto">{name}</span>
        <small class="meta">{asked ? p("factor.resetTold") : p("factor.since", { time: fullTime(since, locale.value), n: recovery_left })}</small>
      </span>
      {agent === me.value.id ? null : asked ? (
        <span class="form-buttons">
          <Button onClick={() => setAsked(false)}>{t("action.cancel")}</Button>
          <Button tone="danger" onClick={takeAway} aria-label={p("factor.resetNamed", { name })}>
            {p("factor.reset")}
          </Button>
        </span>
      ) : (
        <Button onClick={() => setAsked(true)} aria-label={p("factor.resetNamed", { name })}>
          {p("factor.reset")}
        </Button>
      )}
    </div>
  );
}
