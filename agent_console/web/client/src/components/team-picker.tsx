import type { VNode } from "preact";
import { t } from "../i18n/index.ts";
import type { Row } from "../api/types.ts";
import { teamName } from "../store/team-names.ts";
import { assignToTeam, otherTeams } from "../store/teams.ts";
import { closeDialog } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { Button } from "./button.tsx";

/** The teams a conversation can be handed to; nothing where there is none. */
export function TeamPicker({ row }: { row: Row }): VNode | null {
  const { id, team } = row.conversation;
  const teams = otherTeams(team);
  if (teams.length === 0) return null;
  const choose = (to: string): void => {
    closeDialog();
    void assignToTeam(id, to).catch(complain);
  };
  return (
    <div class="teams" role="group" aria-label={t("assign.team")}>
      <span class="meta">{t("assign.team")}</span>
      {teams.map((one) => (
        <Button key={one.id} data-team={one.id} onClick={() => choose(one.id)}>
          <span dir="auto">{teamName(one.id)}</span>
        </Button>
      ))}
    </div>
  );
}
