import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { postUnsent } from "../api/endpoints.ts";
import { t } from "../i18n/index.ts";
import { doForAll } from "../store/bulk.ts";
import { settings } from "../store/session.ts";
import { closeDialog, focusOn } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { Button } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";

const DAY = 24 * 3_600_000;

/** Asks before conversations are deleted: what still waits to go out goes no more, and for good means for good. */
export function TrashDialog({ ids, forGood }: { ids: readonly number[]; forGood: boolean }): VNode {
  const confirm = (): void => {
    closeDialog();
    focusOn("list");
    void doForAll(ids, { do: forGood ? "purge" : "delete" }).catch(complain);
  };
  const n = ids.length;
  return (
    <DialogBox title={t(forGood ? "trash.purge.title" : "trash.delete.title", { n })} class="narrow">
      <p>{forGood ? t("trash.purge.what") : keptWords()}</p>
      {!forGood && <Unsent ids={ids} />}
      <div class="form-buttons">
        <Button autoFocus onClick={closeDialog}>
          {t("action.cancel")}
        </Button>
        <Button tone="danger" onClick={confirm}>
          {t(forGood ? "trash.purge.do" : "action.delete")}
        </Button>
      </div>
    </DialogBox>
  );
}

/** How long there is a way back. */
function keptWords(): string {
  const kept = settings.value.deleted_kept_for;
  return kept === null ? t("trash.delete.kept") : t("trash.delete.keptDays", { n: Math.max(1, Math.round(kept / DAY)) });
}

function Unsent({ ids }: { ids: readonly number[] }): VNode | null {
  const [messages, setMessages] = useState(0);
  useEffect(() => {
    void postUnsent([...ids]).then((answer) => setMessages(answer.messages), complain);
  }, [ids]);
  return messages > 0 ? (
    <p class="warn" role="status">
      {t("trash.delete.unsent", { n: messages })}
    </p>
  ) : null;
}
