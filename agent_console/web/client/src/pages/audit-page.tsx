import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { fullTime } from "@deskbridge/ui";
import { getTrail, trailUrl, type Act, type TrailQuery } from "../api/pages.ts";
import { Button } from "../components/button.tsx";
import { locale, t } from "../i18n/index.ts";
import { named, p } from "../i18n/pages/index.ts";
import { agentName, agents } from "../store/session.ts";
import { complain } from "../store/verbs.ts";
import { all, CsvLink, PageFrame, Select, Shown, useLoaded, type Choice } from "./page.tsx";

const DAY = 86_400_000;

/** Who did what, the latest first. */
export function AuditPage(): VNode {
  const [query, setQuery] = useState<TrailQuery>({});
  const found = useLoaded((signal) => getTrail(query, null, signal), [query]);
  const people: Choice[] = agents.value.map(({ id, name }) => ({ value: id, label: name }));
  const actions: Choice[] = (found.value?.actions ?? []).map((value) => ({ value, label: named("action", value) }));
  const narrow = (change: { [name in keyof TrailQuery]: TrailQuery[name] | undefined }): void =>
    setQuery(Object.fromEntries(Object.entries({ ...query, ...change }).filter(([, value]) => value !== undefined && value !== "")) as TrailQuery);
  return (
    <PageFrame title={t("page.audit")} tools={<CsvLink href={trailUrl(query)} label={t("page.audit")} />}>
      <div class="filter-fields" role="group" aria-label={t("page.audit")}>
        <Period onPick={(since) => narrow({ since })} />
        <Select name="agent" label={p("audit.who")} value={query.agent ?? ""} choices={all(people)} onPick={(agent) => narrow({ agent })} />
        <Select name="action" label={p("audit.what")} value={query.action ?? ""} choices={all(actions)} onPick={(action) => narrow({ action })} />
      </div>
      <Shown of={found}>{(first) => <Acts key={JSON.stringify(query)} first={first} query={query} />}</Shown>
    </PageFrame>
  );
}

function Period({ onPick }: { onPick: (since: number | undefined) => void }): VNode {
  const [days, setDays] = useState("");
  const choices = (["1", "7", "30"] as const).map((value) => ({ value, label: p(`period.${value}`) }));
  const pick = (value: string): void => {
    setDays(value);
    const today = new Date().setHours(0, 0, 0, 0);
    onPick(value === "" ? undefined : today - (Number(value) - 1) * DAY);
  };
  return <Select name="period" label={p("period.label")} value={days} choices={all(choices)} onPick={pick} />;
}

type Page = { acts: Act[]; next: number | null };

function Acts({ first, query }: { first: Page; query: TrailQuery }): VNode {
  const [more, setMore] = useState<Page>(first);
  useEffect(() => setMore(first), [first]);
  const onward = async (): Promise<void> => {
    const next = await getTrail(query, more.next, new AbortController().signal);
    setMore({ acts: [...more.acts, ...next.acts], next: next.next });
  };
  if (more.acts.length === 0) return <p class="meta">{p("audit.empty")}</p>;
  return (
    <>
      <div class="wide-table" tabIndex={0} role="group" aria-label={t("page.audit")}>
        <table class="trail">
          <thead>
            <tr>
              {(["audit.period", "audit.who", "audit.what", "audit.on", "audit.from"] as const).map((key) => (
                <th key={key} scope="col">
                  {p(key)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {more.acts.map((act) => (
              <Line key={act.id} act={act} />
            ))}
          </tbody>
        </table>
      </div>
      {more.next !== null && <Button onClick={() => void onward().catch(complain)}>{p("page.more")}</Button>}
    </>
  );
}

function Line({ act }: { act: Act }): VNode {
  const who = act.agent === null ? p(act.surface === "console" ? "audit.stranger" : "audit.program") : agentName(act.agent);
  return (
    <tr data-action={act.action}>
      <td>
        <time dateTime={new Date(act.at).toISOString()}>{fullTime(act.at, locale.value)}</time>
      </td>
      <td dir="auto">{who}</td>
      <td>
        {named("action", act.action)}
        <Detail detail={act.detail} />
      </td>
      <td dir="auto">{subjectWords(act.subject)}</td>
      <td>
        {named("surface", act.surface)}
        {act.address !== null && <small class="meta">{act.address}</small>}
      </td>
    </tr>
  );
}

function subjectWords(subject: string | null): string {
  if (subject === null) return "";
  const [kind = "", id = ""] = subject.split(":");
  if (kind === "agent") return agentName(id);
  const key = `subject.${kind}`;
  return named("subject", kind) === kind ? subject : p(key as "subject.contact", { id });
}

/** More of what was done, as it was kept: names of keys and fields, numbers, times. */
function Detail({ detail }: { detail: Act["detail"] }): VNode | null {
  const told = Object.entries(detail).filter(([, value]) => value !== null && value !== 0);
  if (told.length === 0) return null;
  return (
    <small class="meta">
      {told.map(([name, value]) => (
        <code key={name}>
          {name}: {Array.isArray(value) ? value.join(", ") : String(value)}
        </code>
      ))}
    </small>
  );
}
