import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { Icon } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import type { DraftKind, Row } from "../api/types.ts";
import { canSave, endEditing, lengthOfEdit, saveEditing, writeEditing, type Editing } from "../store/editing.ts";
import { prefs } from "../store/session.ts";
import { complain } from "../store/verbs.ts";
import { messageLine } from "../store/words.ts";
import { Button, IconButton } from "./button.tsx";
import { Counter } from "./counter.tsx";
import { EmojiButton } from "./emoji-button.tsx";
import { Pencil, X } from "./icons.ts";
import { TextField, type FieldHandle } from "./text-field.tsx";

type Props = { row: Row; kind: DraftKind; editing: Editing };

/** The composer while a sent message is being changed. Escape leaves it as it was, and the draft is there again. */
export function MessageEditor({ row, kind, editing }: Props): VNode {
  const { id } = row.conversation;
  const field = useRef<FieldHandle>(null);
  const cancel = (): void => endEditing(id, kind);
  const save = (): void => void saveEditing(id, kind).catch(complain);
  return (
    <div
      class="editor"
      data-editing={editing.message.id}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
        event.preventDefault();
        cancel();
      }}
    >
      <div class="editor-quote">
        <Icon of={Pencil} size={14} />
        <span dir="auto">
          <b>{t("composer.editing")}</b> {messageLine(editing.message)}
        </span>
        <IconButton icon={X} size={14} label={t("composer.stopEditing")} onClick={cancel} />
      </div>
      <TextField id={id} text={editing.text} label={t("composer.editField")} handle={field} onText={(text) => writeEditing(id, kind, text)} onSend={save} />
      <div class="tools">
        <EmojiButton onPick={(emoji) => field.current?.insert(emoji)} />
        <Counter row={row} length={lengthOfEdit(editing)} />
        <Button onClick={cancel}>{t("action.cancel")}</Button>
        <Button tone="go" class="send" disabled={!canSave(editing)} data-tip={prefs.value.enter_sends ? "Enter" : "Ctrl+Enter"} data-tip-side="left" onClick={save}>
          {t("action.save")}
        </Button>
      </div>
    </div>
  );
}
