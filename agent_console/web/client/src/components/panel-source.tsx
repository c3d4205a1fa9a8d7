import type { VNode } from "preact";
import { fullTime } from "@deskbridge/ui";
import { locale, t } from "../i18n/index.ts";
import type { Identity } from "../api/types.ts";
import { inboxOf, settings } from "../store/session.ts";
import { shortUrl } from "../store/words.ts";
import { ChannelIcon, channelKindName } from "./avatar.tsx";
import { ItemFact } from "./panel-item.tsx";
import { Fact, Section } from "./panel-section.tsx";
import type { BlockProps } from "./panel.tsx";

/** Where the customer came from: the accounts they are known by, and the way they entered. */
export function SourceBlock({ row, detail }: BlockProps): VNode {
  const { contact, visit } = detail;
  const entry = visit?.visit;
  return (
    <Section id="source" title={t("panel.source")}>
      <ItemFact row={row} />
      {contact.identities.map((identity) => (
        <Account key={identity.id} identity={identity} />
      ))}
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

function Account({ identity }: { identity: Identity }): VNode {
  const { inbox, kind, external_id, name, username, profile_url, verified, first_seen } = identity;
  const inboxName = inboxOf(inbox)?.name ?? inbox;
  const kindName = channelKindName(kind);
  const profile = profile_url !== undefined && /^https?:\/\//i.test(profile_url) ? profile_url : null;
  return (
    <dl class="facts account">
      <Fact name={t("source.channel")}>
        <ChannelIcon inbox={inbox} size={13} /> {inboxName} {kindName !== inboxName && <span class="meta">({kindName})</span>}
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
