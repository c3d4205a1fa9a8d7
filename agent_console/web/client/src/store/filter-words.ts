/** What the list is filtered by, in words. */
import { NONE, OTHER, type Filters } from "../api/endpoints.ts";
import { languageName, t } from "../i18n/index.ts";
import { desk } from "./desk.ts";
import { tagLabel, topicLabel } from "./labels.ts";
import { inboxOf } from "./session.ts";
import { statusLabel } from "./statuses.ts";
import { teamName } from "./team-names.ts";
import { agentLabel, contactName } from "./words.ts";

export function topicFilterWords(topic: string): string {
  if (topic === NONE) return t("filter.topic.none");
  return topic === OTHER ? t("topics.other") : topicLabel(topic);
}

export function teamFilterWords(team: string): string {
  return team === NONE ? t("filter.team.none") : teamName(team);
}

export function tagFilterWords(tags: string): string[] {
  return tags === NONE ? [t("filter.tags.none")] : tags.split(",").map(tagLabel);
}

/** A person's name as any of their rows has it. */
function nameOf(contact: number): string {
  const row = [...desk.value.rows.values()].find(({ value }) => value.conversation.contact.id === contact)?.value;
  return row ? contactName(row) : t("contact.anonymous", { id: String(contact) });
}

export function filterWords(of: Filters): string[] {
  return [
    of.contact !== undefined && nameOf(of.contact),
    of.inbox !== undefined && (inboxOf(of.inbox)?.name ?? of.inbox),
    of.assignee !== undefined && agentLabel(of.assignee),
    of.language !== undefined && languageName(of.language),
    of.last_by !== undefined && t(`filter.lastBy.${of.last_by}`),
    of.team !== undefined && teamFilterWords(of.team),
    of.topic !== undefined && topicFilterWords(of.topic),
    ...(of.tags === undefined ? [] : tagFilterWords(of.tags)),
    of.pinned === true && t("filter.pinned"),
    of.has_status !== undefined && statusLabel(of.has_status),
    of.bot === true && t("filter.bot"),
    of.status !== undefined && t(`filter.status.${of.status}`),
  ].filter((words) => words !== false);
}
