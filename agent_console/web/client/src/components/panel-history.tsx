import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { fullTime } from "@deskbridge/ui";
import { locale, t, type Key } from "../i18n/index.ts";
import { getHistory } from "../api/endpoints.ts";
import type { Message } from "../api/types.ts";
import { KINDS, period, type Kind } from "../store/history.ts";
import { go, pathOf } from "../store/route.ts";
import { complain } from "../store/verbs.ts";
import { contactName, eventLine } from "../store/words.ts";
import { Button } from "./button.tsx";
import type { BlockProps } from "./panel.tsx";

const kindNames: Record<Kind, Key> = { all: "history.all", life: "history.life", answering: "history.answering", contact: "history.contact" };

type Filter = { account: boolean; kind: Kind; since: string; until: string };

/** What has happened with the person or this account of theirs, over all conversations, by period and kind (R47). */
export function HistoryTab({ row, detail }: BlockProps): VNode {
  const [filter, setFilter] = useState<Filter>({ account: false, kind: "all", since: "", until: "" });
  const { id } = detail.contact;
  const { identity, last_at, state, assignee, participants } = row.conversation;
  // Whatever happens while this is looked at changes one of these, and is asked for.
  const now = JSON.stringify([filter, id, detail.contact, last_at, state, assignee, participants]);
  return (
    <div class="history">
      <Filters filter={filter} change={(part) => setFilter({ ...filter, ...part })} />
      <Happened key={now} contact={id} identity={filter.account ? identity : undefined} filter={filter} customer={contactName(row)} here={row.conversation.id} />
    </div>
  );
}

function Filters({ filter, change }: { filter: Filter; change: (part: Partial<Filter>) => void }): VNode {
  return (
    <div class="history-filters">
      <select aria-label={t("history.whose")} value={String(filter.account)} onChange={(event) => change({ account: event.currentTarget.value === "true" })}>
        <option value="false">{t("history.person")}</option>
        <option value="true">{t("history.account")}</option>
      </select>
      <select aria-label={t("history.what")} value={filter.kind} onChange={(event) => change({ kind: event.currentTarget.value as Kind })}>
        {(Object.keys(KINDS) as Kind[]).map((kind) => (
          <option key={kind} value={kind}>
            {t(kindNames[kind])}
          </option>
        ))}
      </select>
      <input type="date" aria-label={t("history.since")} value={filter.since} max={filter.until} onInput={(event) => change({ since: event.currentTarget.value })} />
      <input type="date" aria-label={t("history.until")} value={filter.until} min={filter.since} onInput={(event) => change({ until: event.currentTarget.value })} />
    </div>
  );
}

type HappenedProps = { contact: number; identity: number | undefined; filter: Filter; customer: string; here: number };

function Happened({ contact, identity, filter, customer, here }: HappenedProps): VNode {
  const [found, setFound] = useState<readonly Message[] | null>(null);
  const [next, setNext] = useState<number | null>(null);
  const load = async (before?: number): Promise<void> => {
    const page = await getHistory(contact, { identity, verbs: KINDS[filter.kind], ...period(filter.since, filter.until), before });
    setFound((already) => [...(already ?? []), ...page.messages]);
    setNext(page.next);
  };
  useEffect(() => void load().catch(complain), []);
  return (
    <>
      <ol class="history-lines" aria-busy={found === null}>
        {found?.map((one) => (
          <Line key={one.id} one={one} customer={customer} here={here} />
        ))}
      </ol>
      <p class="meta" role="status">
        {found?.length === 0 && t("history.none")}
      </p>
      {next !== null && <Button onClick={() => void load(next).catch(complain)}>{t("history.more")}</Button>}
    </>
  );
}

function Line({ one, customer, here }: { one: Message; customer: string; here: number }): VNode {
  const { conversation_id } = one;
  const said = one.activity ? eventLine(one.activity, customer) : "";
  const time = <time dateTime={new Date(one.at).toISOString()}>{fullTime(one.at, locale.value)}</time>;
  const open = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go({ conversation: conversation_id });
  };
  return (
    <li>
      <span dir="auto">{said}</span>
      {conversation_id === here ? (
        <span class="meta">{time}</span>
      ) : (
        <a class="meta" href={pathOf({ conversation: conversation_id })} onClick={open}>
          {time}
        </a>
      )}
    </li>
  );
}
