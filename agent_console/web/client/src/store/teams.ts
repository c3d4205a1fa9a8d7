/** What an agent does with teams. */
import { assignTeam } from "../api/endpoints.ts";
import type { Team } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { settings } from "./session.ts";
import { teamName } from "./team-names.ts";
import { toast } from "./toasts.ts";
import { carryOut } from "./verbs.ts";

/** The teams that a conversation of `team` can be handed to. */
export function otherTeams(team: string | undefined): Team[] {
  return settings.value.teams.filter(({ id }) => id !== team);
}

/** Puts a conversation into the queue of a team. */
export async function assignToTeam(id: number, team: string): Promise<boolean> {
  const done = await carryOut(id, () => assignTeam(id, team));
  if (done) toast({ tone: "info", title: t("toast.queued", { team: teamName(team) }) });
  return done;
}
