/** Topics and tags as the YAML declares them: their words, and which are pinned. */
import { computed } from "@preact/signals";
import type { Topic } from "../api/types.ts";
import { inOwnWords } from "../i18n/index.ts";
import { session } from "./session.ts";

const byId = <T extends Topic>(all: readonly T[] | undefined): ReadonlyMap<string, T> => new Map((all ?? []).map((one) => [one.id, one]));

export const topics = computed(() => byId(session.value?.topics));
export const tags = computed(() => byId(session.value?.tags));
export const pinnedTags = computed<ReadonlySet<string>>(() => new Set([...tags.value.values()].filter((tag) => tag.pinned).map((tag) => tag.id)));

const label = (of: Topic | undefined, id: string): string => (of ? inOwnWords(of.label, session.value!.settings.locale) : id);

export const topicLabel = (id: string): string => label(topics.value.get(id), id);
export const tagLabel = (id: string): string => label(tags.value.get(id), id);

/** Whether there is anything to say of what a conversation is about. */
export const topicsAreUsed = (): boolean => topics.value.size > 0 || session.value!.settings.topic_required_to_close;

/** Everything that a conversation is about, in words. */
export function aboutWords({ topics: ids, other_topic }: { topics: readonly string[]; other_topic?: string }): string[] {
  return [...ids.map(topicLabel), ...(other_topic === undefined ? [] : [other_topic])];
}
