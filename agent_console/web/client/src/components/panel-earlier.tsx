import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { shortTime } from "@deskbridge/ui";
import { locale, t } from "../i18n/index.ts";
import { contactConversations } from "../api/endpoints.ts";
import type { Row } from "../api/types.ts";
import { applyRows, getRow } from "../store/desk.ts";
import { nextStamp } from "../store/fresh.ts";
import { serverNow } from "../store/clock.ts";
import { showOnly } from "../store/list.ts";
import { go, pathOf } from "../store/route.ts";
import { complain } from "../store/verbs.ts";
import { channelName } from "../store/words.ts";
import { Section } from "./panel-section.tsx";
import type { BlockProps } from "./panel.tsx";

/** The same customer's other conversations. */
export function EarlierBlock({ row, detail }: BlockProps): VNode {
  const { id, contact } = row.conversation;
  // Whose conversations they are changes when people are joined or made two again.
  const accounts = detail.contact.identities.map((one) => one.id).join();
  const [ids, setIds] = useState<readonly number[] | null>(null);
  useEffect(() => {
    const stamp = nextStamp();
    contactConversations(contact.id)
      .then(({ rows }) => {
        applyRows(rows, stamp);
        setIds(rows.map((one) => one.conversation.id));
      })
      .catch(complain);
  }, [contact.id, accounts]);
  const others = ids?.filter((one) => one !== id).flatMap((one) => getRow(one) ?? []);
  return (
    <Section id="conversations" title={t("panel.earlier")}>
      {others !== undefined && others.length > 0 && (
        <button type="button" class="link" onClick={() => void showOnly(contact.id).catch(complain)}>
          {t("action.onlyClient")}
        </button>
      )}
      {others?.length === 0 && <p class="meta">{t("earlier.none")}</p>}
      <ul class="earlier">
        {others?.map((one) => (
          <Earlier key={one.conversation.id} row={one} />
        ))}
      </ul>
    </Section>
  );
}

function Earlier({ row }: { row: Row }): VNode {
  const { id, last, last_at, state } = row.conversation;
  return (
    <li>
      <a
        href={pathOf({ conversation: id })}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          go({ conversation: id });
        }}
      >
        <span class="meta">
          {shortTime(last_at, locale.value, serverNow())} · {channelName(row)} · {t(state === "open" ? "state.open" : "state.closed")}
        </span>
        <span class="row-text" dir="auto">
          {last?.text}
        </span>
      </a>
    </li>
  );
}
