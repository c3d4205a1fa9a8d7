import type { VNode } from "preact";
import { t } from "../i18n/index.ts";
import type { TeamCount } from "../api/types.ts";
import { folders } from "../store/desk.ts";
import { filters, folder, showTeam } from "../store/list.ts";
import { findAgain } from "../store/search.ts";
import { teamName } from "../store/team-names.ts";
import { complain } from "../store/verbs.ts";
import { initials } from "./avatar.tsx";
import { Counters } from "./counters.tsx";

/** A row for each team whose conversations the agent may see: its name, and how many are open and unread (R04, R05). */
export function TeamRows(): VNode | null {
  const teams = folders.value?.teams ?? [];
  if (teams.length === 0) return null;
  return (
    <ul class="folders team-rows" aria-label={t("rail.teams")}>
      {teams.map((team) => (
        <TeamRow key={team.id} team={team} />
      ))}
    </ul>
  );
}

function TeamRow({ team }: { team: TeamCount }): VNode {
  const name = teamName(team.id);
  const on = folder.value === "all" && filters.value.team === team.id;
  return (
    <li>
      <button
        type="button"
        class={`nav ${on ? "on" : ""}`}
        aria-pressed={on}
        data-team-row={team.id}
        data-tip={name}
        data-tip-side="right"
        onClick={() => void showTeam(team.id).then(findAgain).catch(complain)}
      >
        <span class="team-mark" aria-hidden="true">
          {initials(name)}
        </span>
        <span class="rail-text" dir="auto">
          {name}
        </span>
        <Counters count={team} />
      </button>
    </li>
  );
}
