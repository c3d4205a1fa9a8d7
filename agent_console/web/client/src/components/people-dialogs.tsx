import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/index.ts";
import { getRow } from "../store/desk.ts";
import { agentOf, me } from "../store/session.ts";
import { closeDialog } from "../store/ui.ts";
import { addParticipants, assignTo, complain, may, perform, removeParticipant } from "../store/verbs.ts";
import { agentLabel, contactName } from "../store/words.ts";
import { desk } from "../store/desk.ts";
import { AgentList, Person } from "./agent-list.tsx";
import { Button, IconButton } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";
import { X } from "./icons.ts";
import { TeamPicker } from "./team-picker.tsx";

/** Hands a conversation to a colleague, or to oneself. */
export function AssignDialog({ conversation }: { conversation: number }): VNode | null {
  const row = getRow(conversation);
  if (!row) return null;
  const { assignee } = row.conversation;
  const choose = (agent: string): void => {
    closeDialog();
    void assignTo(conversation, agent).catch(complain);
  };
  return (
    <DialogBox title={t("assign.title", { name: contactName(row) })} class="narrow">
      {assignee !== null && <p class="meta">{t("assign.now", { name: agentLabel(assignee) })}</p>}
      <AgentList label={t("assign.pick")} without={assignee === null ? [] : [assignee]} onChoose={(agent) => choose(agent.id)} />
      <TeamPicker row={row} />
      {may(row, "release") && (
        <Button
          onClick={() => {
            closeDialog();
            void perform(conversation, "release").catch(complain);
          }}
        >
          {t("action.release")}
        </Button>
      )}
    </DialogBox>
  );
}

/** Who takes part beside the one responsible; several can be added in one go. */
export function ParticipantsDialog({ conversation }: { conversation: number }): VNode | null {
  const row = desk.value.rows.get(conversation)?.value;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  if (!row) return null;
  const { participants, assignee } = row.conversation;
  const adds = may(row, "add_participant");
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const add = async (): Promise<void> => {
    if (await addParticipants(conversation, [...chosen])) setChosen(new Set());
  };
  return (
    <DialogBox title={t("participants.title")} class="narrow">
      <ul class="people-now">
        {participants.map((id) => (
          <li key={id}>
            <Person agent={agentOf(id) ?? { id, name: id, role: "agent", online: false }} />
            {(adds || id === me.value.id) && (
              <IconButton icon={X} size={16} label={t("participants.remove", { name: agentLabel(id) })} tip={t("action.remove")} onClick={() => void removeParticipant(conversation, id).catch(complain)} />
            )}
          </li>
        ))}
      </ul>
      {participants.length === 0 && <p class="meta">{t("participants.none")}</p>}
      {adds && (
        <>
          <AgentList label={t("participants.pick")} without={[...participants, ...(assignee === null ? [] : [assignee])]} chosen={chosen} onChoose={(agent) => toggle(agent.id)} />
          <Button tone="go" disabled={chosen.size === 0} onClick={() => void add().catch(complain)}>
            {chosen.size === 0 ? t("action.addParticipant") : t("participants.add", { n: chosen.size })}
          </Button>
        </>
      )}
    </DialogBox>
  );
}
