import type { AgentRef } from "../api/types.ts";
import { fold } from "../lib/fold.ts";

/** Colleagues whose name or id has the query in it, those online first, then by name. */
export function findAgents(all: readonly AgentRef[], query: string, without: readonly string[], locale: string): AgentRef[] {
  const wanted = fold(query.trim());
  const names = new Intl.Collator(locale);
  return all
    .filter((agent) => !agent.retired && agent.role !== "viewer" && !without.includes(agent.id))
    .filter((agent) => wanted === "" || fold(`${agent.name} ${agent.id}`).includes(wanted))
    .sort((a, b) => Number(b.online) - Number(a.online) || names.compare(a.name, b.name));
}
