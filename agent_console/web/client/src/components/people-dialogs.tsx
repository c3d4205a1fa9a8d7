import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { AgentRef } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { getRow } from "../store/desk.ts";
import { agentOf, botIds, me, settings } from "../store/session.ts";
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
  const [asked, setAsked] = useState<string | null>(null);
  if (!row) return null;
  const { assignee } = row.conversation;
  const hand = (agent: string): void => {
    closeDialog();
    void assignTo(conversation, agent).catch(complain);
  };
  const title = t("assign.title", { name: contactName(row) });
  if (asked !== null) return <OfflineQuestion title={title} agent={asked} yes={() => hand(asked)} no={() => setAsked(null)} />;
  const choose = ({ id, presence }: AgentRef): void => (presence === "offline" && id !== me.value.id ? setAsked(id) : hand(id));
  return (
    <DialogBox title={title} class="narrow">
      {assignee !== null && <p class="meta">{t("assign.now", { name: agentLabel(assignee) })}</p>}
      <AgentList label={t("assign.pick")} without={assignee === null ? [] : [assignee]} onlineOnly={settings.value.online_only} onChoose={choose} />
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

/** Somebody offline will not see it now: that is asked once before it is theirs (R51). */
function OfflineQuestion({ title, agent, yes, no }: { title: string; agent: string; yes: () => void; no: () => void }): VNode {
  return (
    <DialogBox title={title} class="narrow">
      <p>{t("assign.offline", { name: agentLabel(agent) })}</p>
      <div class="form-buttons">
        <Button onClick={no}>{t("assign.other")}</Button>
        <Button tone="go" onClick={yes} autoFocus>
          {t("assign.anyway")}
        </Button>
      </div>
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
            <Person agent={agentOf(id) ?? { id, name: id, role: "agent", online: false, presence: "offline" }} />
            {(adds || id === me.value.id) && (
              <IconButton icon={X} size={16} label={t("participants.remove", { name: agentLabel(id) })} tip={t("action.remove")} onClick={() => void removeParticipant(conversation, id).catch(complain)} />
            )}
          </li>
        ))}
      </ul>
      {participants.length === 0 && <p class="meta">{t("participants.none")}</p>}
      {adds && (
        <>
          <AgentList label={t("participants.pick")} without={[...participants, ...(assignee === null ? [] : [assignee]), ...botIds()]} chosen={chosen} onChoose={(agent) => toggle(agent.id)} />
          <Button tone="go" disabled={chosen.size === 0} onClick={() => void add().catch(complain)}>
            {chosen.size === 0 ? t("action.addParticipant") : t("participants.add", { n: chosen.size })}
          </Button>
        </>
      )}
    </DialogBox>
  );
}
