import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { dropDead, getDead, getDeadItem, retryDead, type DeadItem, type DeadKind } from "../api/pages.ts";
import { Button } from "../components/button.tsx";
import { CircleCheck, CircleHelp, CircleX, FileX } from "../components/icons.ts";
import { Icon, type IconShape } from "@deskbridge/ui";
import { isKey, t } from "../i18n/index.ts";
import { p } from "../i18n/pages/index.ts";
import { moment } from "../store/channel-words.ts";
import { go } from "../store/route.ts";
import { inboxOf, session } from "../store/session.ts";
import { surfaces } from "../store/surfaces.ts";
import { complain } from "../store/verbs.ts";
import { all, Section, Select, Shown, useLoaded, type Choice } from "./page.tsx";
import { number } from "./report-words.ts";

const KINDS: readonly DeadKind[] = ["delivery", "event", "post", "call"];
const STEP = 20;
const MOST = 100;
/** What was asked for is done within seconds; so often it is looked at again, in ms. */
const SOON = [500, 2000, 5000];

const icons: Record<DeadItem["state"], IconShape> = { set_aside: FileX, failed: CircleX, uncertain: CircleHelp };

/** What did not arrive, in both directions: why, what went over the wire, and what to do about it. */
export function Dead(): VNode {
  const [kind, setKind] = useState<DeadKind | "">("");
  const [inbox, setInbox] = useState("");
  const [limit, setLimit] = useState(STEP);
  const found = useLoaded((signal) => getDead({ kind: kind || undefined, inbox: inbox || undefined, limit }, signal), [kind, inbox, limit]);
  const later = useRef<ReturnType<typeof setTimeout>[]>([]);
  useEffect(() => () => later.current.forEach(clearTimeout), []);
  const soon = (): void => {
    found.again();
    later.current.push(...SOON.map((ms) => setTimeout(found.again, ms)));
  };
  const kinds: Choice[] = KINDS.map((value) => ({ value, label: p(`dead.kind.${value}`) }));
  return (
    <Section title={p("dead.title")}>
      <div class="filter-fields" role="group" aria-label={p("dead.title")}>
        <Select name="kind" label={p("dead.kind")} value={kind} choices={all(kinds)} onPick={(value) => setKind(value as DeadKind | "")} />
        <Select name="where" label={p("dead.where")} value={inbox} choices={all(places())} onPick={setInbox} />
      </div>
      <Shown of={found}>
        {({ items, more }) => (
          <>
            {items.length === 0 && (
              <p class="meta all-well">
                <Icon of={CircleCheck} size={16} /> {p("dead.none")}
              </p>
            )}
            <ul class="dead-list">
              {items.map((one) => (
                <Line key={one.id} of={one} changed={soon} />
              ))}
            </ul>
            {more && limit < MOST && <Button onClick={() => setLimit(MOST)}>{p("page.more")}</Button>}
            {more && limit >= MOST && <p class="meta">{p("dead.more")}</p>}
          </>
        )}
      </Shown>
    </Section>
  );
}

function Line({ of, changed }: { of: DeadItem; changed: () => void }): VNode {
  const [sure, setSure] = useState(false);
  const [busy, setBusy] = useState(false);
  const act = (call: (id: string) => Promise<unknown>): void => {
    setBusy(true);
    void call(of.id)
      .then(changed, complain)
      .finally(() => setBusy(false));
  };
  return (
    <li data-dead={of.id} data-state={of.state}>
      <p class="dead-head">
        <Icon of={icons[of.state]} size={16} />
        <b dir="auto">{placeName(of.where)}</b>
        <span>{p(`dead.kind.${of.kind}`)}</span>
        <span class="meta">{of.asked ? p("dead.asked") : p(`dead.state.${of.state}`)}</span>
      </p>
      <p dir="auto">{whyWords(of)}</p>
      <p class="meta">{p(of.times > 1 ? "dead.times" : "dead.once", { n: number(of.times), first: moment(of.first_at), time: moment(of.at) })}</p>
      {of.retried !== null && <p class="meta">{p("dead.retried", { time: moment(of.retried) })}</p>}
      {of.kind === "event" && !of.can_retry && <p class="meta">{p(of.what === "words" ? "dead.hopeless" : "dead.cannot")}</p>}
      <Wire of={of} />
      <div class="dead-acts">
        {of.can_retry && (
          <Button disabled={busy || of.asked} onClick={() => act(retryDead)} title={of.state === "uncertain" ? p("dead.twice") : undefined}>
            {p("dead.retry")}
          </Button>
        )}
        {sure ? (
          <Button tone="danger" disabled={busy} onClick={() => act(dropDead)}>
            {p(of.kind === "event" ? "dead.dropSure" : "dead.putAwaySure")}
          </Button>
        ) : (
          <Button tone="quiet" disabled={busy} onClick={() => setSure(true)}>
            {p(of.kind === "event" ? "dead.drop" : "dead.putAway")}
          </Button>
        )}
        {of.conversation !== null && (
          <Button tone="quiet" onClick={() => go({ conversation: of.conversation })}>
            {p("dead.open")}
          </Button>
        )}
      </div>
    </li>
  );
}

/** What went over the wire, or the shape of what came: asked for by who wants to know. */
function Wire({ of: { id, kind, said } }: { of: DeadItem }): VNode {
  const [wire, setWire] = useState<unknown>(undefined);
  const load = (open: boolean): void => {
    if (open) void getDeadItem(id).then((whole) => setWire(whole.wire), complain);
  };
  return (
    <details onToggle={(event) => load(event.currentTarget.open)}>
      <summary>{p(kind === "event" ? "dead.shape" : "dead.wire")}</summary>
      {said !== null && (
        <p class="meta" dir="auto" lang="en">
          {said}
        </p>
      )}
      {wire === null && <p class="meta">{p("dead.noWire")}</p>}
      {wire !== undefined && wire !== null && (
        <>
          <p class="meta">{p("dead.hidden")}</p>
          <pre class="wire" dir="ltr" tabIndex={0}>
            {JSON.stringify(wire, null, 2)}
          </pre>
        </>
      )}
    </details>
  );
}

function whyWords({ kind, why }: DeadItem): string {
  const known = kind === "delivery" || kind === "post" ? `reason.${why}` : "";
  const words = isKey(known) ? t(known) : why;
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** Inboxes by their names, and staff surfaces; a webhook is known by its id alone. */
function places(): Choice[] {
  const ids = [...(session.value?.inboxes ?? []).map((one) => one.id), ...surfaces.value.map((one) => one.id)];
  return ids.map((value) => ({ value, label: placeName(value) }));
}

const placeName = (id: string): string => inboxOf(id)?.name ?? id;
