import type { AgentRef } from "../api/types.ts";
import { fold } from "../lib/fold.ts";
import { PRESENCES } from "./presence.ts";

/** Colleagues whose name or id has the query in it: those at work first, those offline last, then by name; bots after all people (R51, R65). */
export function findAgents(all: readonly AgentRef[], query: string, without: readonly string[], locale: string, onlineOnly = false, viewers = false): AgentRef[] {
  const wanted = fold(query.trim());
  const names = new Intl.Collator(locale);
  return all
    .filter((agent) => !onlineOnly || agent.presence === "online")
    .filter((agent) => !agent.retired && (viewers || agent.role !== "viewer") && !without.includes(agent.id))
    .filter((agent) => wanted === "" || fold(`${agent.name} ${agent.id}`).includes(wanted))
    .sort((a, b) => Number(a.role === "bot") - Number(b.role === "bot") || PRESENCES.indexOf(a.presence) - PRESENCES.indexOf(b.presence) || names.compare(a.name, b.name));
}
