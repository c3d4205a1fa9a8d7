import type { VNode } from "preact";
import { t, type Key } from "../i18n/index.ts";
import type { Refusal } from "../api/types.ts";
import { doForAll } from "../store/bulk.ts";
import { tagLabel, tags, topicLabel, topics } from "../store/labels.ts";
import { go } from "../store/route.ts";
import { settings } from "../store/session.ts";
import { inOwnWords } from "../i18n/index.ts";
import { offeredStatuses, statusLabel } from "../store/statuses.ts";
import { closeDialog } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { errorText, nameOfContact } from "../store/words.ts";
import { AgentList } from "./agent-list.tsx";
import { Button } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";
import { PickList, type Choice } from "./pick-list.tsx";
import { SnoozeForm } from "./snooze-dialog.tsx";

type What = "assign" | "close" | "status" | "topic" | "tag" | "snooze";

const picks: Record<Exclude<What, "assign" | "snooze">, Key> = { close: "topics.pick", status: "status.pick", topic: "topics.pick", tag: "tags.pick" };

/** Asks once what all of the selected are to get: whose they are, a status, a topic, a tag. */
export function BulkDialog({ ids, what }: { ids: readonly number[]; what: What }): VNode {
  const choose = (to: string, verb: "assign_team" | What = what): void => {
    closeDialog();
    void doForAll(ids, { do: verb, to }).catch(complain);
  };
  return (
    <DialogBox title={t(`bulk.title.${what}`, { n: ids.length })} class="narrow">
      {what === "assign" ? (
        <Assign choose={choose} />
      ) : what === "snooze" ? (
        <SnoozeForm times={null} choose={(until) => Promise.resolve(choose(String(until)))} />
      ) : (
        <>
          {what === "close" && <p class="meta">{t("bulk.close.what")}</p>}
          <PickList label={t(picks[what])} choices={choices(what)} chosen={new Set()} toggle={(id) => choose(id)} single autoFocus />
        </>
      )}
    </DialogBox>
  );
}

function choices(what: What): Choice[] {
  if (what === "tag") return [...tags.value.values()].filter((one) => !one.retired).map(({ id, color }) => ({ id, label: tagLabel(id), color }));
  if (what === "status") return offeredStatuses.value.map(({ id, color, kind }) => ({ id, label: statusLabel(id), color, ...(kind === "closed" && { note: t("status.closes") }) }));
  return [...topics.value.values()].filter((one) => !one.retired).map(({ id }) => ({ id, label: topicLabel(id) }));
}

function Assign({ choose }: { choose: (to: string, verb?: "assign_team") => void }): VNode {
  const { teams, locale, online_only } = settings.value;
  return (
    <>
      <AgentList label={t("assign.pick")} without={[]} onlineOnly={online_only} onChoose={({ id }) => choose(id)} />
      {teams.length > 0 && (
        <div class="form-buttons wrap">
          {teams.map((team) => (
            <Button key={team.id} onClick={() => choose(team.id, "assign_team")}>
              {inOwnWords(team.label, locale)}
            </Button>
          ))}
        </div>
      )}
    </>
  );
}

/** Which conversations it was not done in, and why; each opens by a press. */
export function RefusedDialog({ refused }: { refused: readonly Refusal[] }): VNode {
  const open = (conversation: number): void => {
    closeDialog();
    go({ conversation });
  };
  return (
    <DialogBox title={t("bulk.refused.title", { n: refused.length })} class="narrow">
      <ul class="refused">
        {refused.map((one) => (
          <li key={one.id}>
            <button type="button" class="link" dir="auto" onClick={() => open(one.id)}>
              {nameOfContact({ id: one.id, name: one.contact })}
            </button>
            <span>{errorText({ code: one.code, message: one.code, detail: one.detail ?? {} })}</span>
          </li>
        ))}
      </ul>
    </DialogBox>
  );
}
