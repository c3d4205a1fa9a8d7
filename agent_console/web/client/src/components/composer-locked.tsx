import type { VNode } from "preact";
import { t } from "../i18n/index.ts";
import type { Row } from "../api/types.ts";
import { draftOf } from "../store/drafts.ts";
import type { Lock } from "../store/lock.ts";
import { complain, may, perform } from "../store/verbs.ts";
import { dialog, write } from "../store/ui.ts";
import { blockedBy, blockLine } from "../store/block-words.ts";
import { agentLabel, contactName } from "../store/words.ts";
import { Button } from "./button.tsx";
import { choose, PresenceMark } from "./presence.tsx";
import { Ban, Lock as LockIcon, Trash2, UserPlus, Zap } from "./icons.ts";
import { Icon } from "@deskbridge/ui";
import { COMMANDS } from "../keys/commands.ts";

/** The reply box while this agent may not answer: press to accept, or who answers here and how to join. */
export function Locked({ row, lock }: { row: Row; lock: Lock }): VNode {
  const { id, assignee } = row.conversation;
  const draft = draftOf(id, "reply").text.trim();
  const take = async (): Promise<void> => {
    if (await perform(id, "take")) write("reply");
  };
  const join = async (): Promise<void> => {
    if (await perform(id, "join")) write("reply");
  };
  if (lock === "blocked") return <Blocked row={row} />;
  if (lock === "deleted") {
    return (
      <div class="composer-locked" data-deleted>
        <Icon of={Trash2} size={16} />
        <span>{t("composer.deleted")}</span>
        {may(row, "restore") && <Button onClick={() => void perform(id, "restore").catch(complain)}>{t("action.restore")}</Button>}
      </div>
    );
  }
  if (lock === "offline") {
    return (
      <div class="composer-locked">
        <PresenceMark presence="offline" />
        <span>{t("composer.offline")}</span>
        <Button tone="go" onClick={() => choose("online")}>
          {t("presence.goOnline")}
        </Button>
      </div>
    );
  }
  if (lock === "untaken") {
    return (
      <div class="composer-locked">
        <Button tone="go" icon={Zap} onClick={() => void take().catch(complain)}>
          {t("composer.replyToDialog")}
        </Button>
        <span class="meta">{draft === "" ? t("composer.takesIt") : t("composer.draftWaits", { text: draft.slice(0, 80) })}</span>
      </div>
    );
  }
  return (
    <div class="composer-locked">
      <Icon of={LockIcon} size={16} />
      <span>{t("composer.takenBy", { name: assignee === null ? "" : agentLabel(assignee) })}</span>
      {may(row, "take") && (
        <Button tone="go" icon={Zap} onClick={() => void take().catch(complain)}>
          {t("action.take")}
        </Button>
      )}
      {may(row, "join") && (
        <Button tone="go" icon={UserPlus} onClick={() => void join().catch(complain)}>
          {t("action.join")}
        </Button>
      )}
      {may(row, "assign") && <Button onClick={COMMANDS.assign.run}>{t("action.assign")}</Button>}
    </div>
  );
}

/** Nothing goes to a customer who is blocked: until when, by whom and why, and the way back for who may. */
function Blocked({ row }: { row: Row }): VNode {
  const { id, block } = row.conversation;
  return (
    <div class="composer-locked" data-blocked role="status">
      <Icon of={Ban} size={16} />
      {block && (
        <span class="blocked-why" dir="auto">
          <b>{blockLine(block, contactName(row))}</b> {blockedBy(block)}
        </span>
      )}
      {may(row, "unblock") && <Button onClick={() => (dialog.value = { kind: "unblock", conversation: id })}>{t("action.unblock")}</Button>}
    </div>
  );
}
