import type { VNode } from "preact";
import { fullTime } from "@deskbridge/ui";
import { locale, t } from "../i18n/index.ts";
import type { Contact, Identity, Join, Row } from "../api/types.ts";
import { undoJoin } from "../store/joining.ts";
import { inboxOf, settings } from "../store/session.ts";
import { dialog } from "../store/ui.ts";
import { complain, may } from "../store/verbs.ts";
import { agentLabel, shortUrl } from "../store/words.ts";
import { ChannelIcon, channelKindName } from "./avatar.tsx";
import { IconButton } from "./button.tsx";
import { RotateCcw, UserMinus } from "./icons.ts";
import { ItemFact } from "./panel-item.tsx";
import { Fact, Section } from "./panel-section.tsx";
import type { BlockProps } from "./panel.tsx";

/** Where the customer came from: the accounts they are known by, and the way they entered. */
export function SourceBlock({ row, detail }: BlockProps): VNode {
  const { contact, visit } = detail;
  const entry = visit?.visit;
  const together = may(row, "edit_contact") && contact.identities.length > 1;
  return (
    <Section id="source" title={t("panel.source")}>
      <ItemFact row={row} />
      {contact.identities.map((identity) => (
        <Account key={identity.id} identity={identity} apart={together && (() => (dialog.value = { kind: "set_apart", contact, identity }))} />
      ))}
      <Joins row={row} contact={contact} />
      {entry && (
        <dl class="facts">
          {entry.source && <Fact name={t("source.entry")}>{entry.source}</Fact>}
          {entry.referrer && <Fact name={t("source.referrer")}>{entry.referrer}</Fact>}
          {settings.value.visit.page && entry.first_url && <Fact name={t("source.landing")}>{shortUrl(entry.first_url)}</Fact>}
        </dl>
      )}
    </Section>
  );
}

function Account({ identity, apart }: { identity: Identity; apart: false | (() => void) }): VNode {
  const { inbox, kind, external_id, name, username, profile_url, verified, first_seen } = identity;
  const inboxName = inboxOf(inbox)?.name ?? inbox;
  const kindName = channelKindName(kind);
  const profile = profile_url !== undefined && /^https?:\/\//i.test(profile_url) ? profile_url : null;
  return (
    <dl class="facts account">
      <Fact name={t("source.channel")}>
        <ChannelIcon inbox={inbox} size={13} /> {inboxName} {kindName !== inboxName && <span class="meta">({kindName})</span>}
        {apart && <IconButton icon={UserMinus} size={13} label={t("source.apart")} onClick={apart} />}
      </Fact>
      <Fact name={t("source.id")}>
        <code>{external_id}</code> {verified && <span class="chip ok">{t("source.verified")}</span>}
      </Fact>
      {name && <Fact name={t("field.name")}>{name}</Fact>}
      {username && <Fact name={t("source.username")}>@{username.replace(/^@/, "")}</Fact>}
      {profile !== null && (
        <Fact name={t("source.profile")}>
          <a href={profile} target="_blank" rel="noopener noreferrer">
            {profile.replace(/^https?:\/\//, "")}
          </a>
        </Fact>
      )}
      <Fact name={t("source.firstSeen")}>{fullTime(first_seen, locale.value)}</Fact>
    </dl>
  );
}

/** Who else this person was found to be, with the way back, and the way to say so. */
function Joins({ row, contact }: { row: Row; contact: Contact }): VNode | null {
  const editable = may(row, "edit_contact");
  if (!editable && contact.joins.length === 0) return null;
  return (
    <div class="joins">
      {contact.joins.map((one) => (
        <JoinLine key={one.id} one={one} editable={editable} />
      ))}
      {editable && (
        <button type="button" class="link" onClick={() => (dialog.value = { kind: "join_people", conversation: row.conversation.id })}>
          {t("action.joinPeople")}
        </button>
      )}
    </div>
  );
}

function JoinLine({ one, editable }: { one: Join; editable: boolean }): VNode {
  const name = one.name ?? t("contact.unknown");
  return (
    <p class="meta" data-join={one.id}>
      {t("source.joined", { name })} · {agentLabel(one.by)}, {fullTime(one.at, locale.value)}
      {editable && <IconButton icon={RotateCcw} size={13} label={t("source.undo", { name })} onClick={() => void undoJoin(one).catch(complain)} />}
    </p>
  );
}
