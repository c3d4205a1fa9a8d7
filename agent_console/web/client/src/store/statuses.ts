/** The statuses of the YAML: their words, and which a conversation has. */
import { computed } from "@preact/signals";
import type { Conversation, Status } from "../api/types.ts";
import { inOwnWords } from "../i18n/index.ts";
import { session } from "./session.ts";

export const statuses = computed<ReadonlyMap<string, Status>>(() => new Map((session.value?.statuses ?? []).map((one) => [one.id, one])));

/** Those that can be given. */
export const offeredStatuses = computed(() => [...statuses.value.values()].filter((one) => !one.retired));
const firstOpen = computed(() => offeredStatuses.value.find((one) => one.kind === "open")?.id);

export function statusLabel(id: string): string {
  const of = statuses.value.get(id);
  return of ? inOwnWords(of.label, session.value!.settings.locale) : id;
}

/** The status that a conversation has, if it has any. */
export function statusOf({ status, state }: Pick<Conversation, "status" | "state">): string | undefined {
  return status ?? (state === "open" ? firstOpen.value : undefined);
}
