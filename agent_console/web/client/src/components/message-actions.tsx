import type { VNode } from "preact";
import { t } from "../i18n/index.ts";
import type { Message, Row } from "../api/types.ts";
import { quote } from "../keys/focus.ts";
import { mayDelete, mayEdit } from "../store/changeable.ts";
import { beginEditing } from "../store/editing.ts";
import { dialog } from "../store/ui.ts";
import { mayBePicked, toggle } from "../store/picking.ts";
import { complain, copyText, may } from "../store/verbs.ts";
import { unsee } from "../store/reading.ts";
import { IconButton } from "./button.tsx";
import { Copy, Mail, Pencil, Quote, SquareCheck, Trash2, Zap } from "./icons.ts";

/** What can be done with a message. A network that cannot do a thing does not offer it (S19). */
export function MessageActions({ message, row }: { message: Message; row: Row }): VNode {
  const { id } = row.conversation;
  const answers = may(row, "reply") || may(row, "note") || may(row, "take");
  return (
    <div class="msg-actions" role="toolbar" aria-label={t("message.actions")}>
      {answers && <IconButton icon={Quote} size={16} label={t("action.quote")} onClick={() => void quote(id, message).catch(complain)} />}
      {mayEdit(row, message) && <IconButton icon={Pencil} size={16} label={t("action.edit")} onClick={() => beginEditing(message)} />}
      {message.text !== "" && may(row, "note") && (
        <IconButton icon={Zap} size={16} label={t("action.makeQuickReply")} onClick={() => (dialog.value = { kind: "quick_reply", text: message.text })} />
      )}
      {message.text !== "" && <IconButton icon={Copy} size={16} label={t("action.copy")} onClick={() => void copyText(message.text, "toast.copied")} />}
      {mayBePicked(message) && <IconButton icon={SquareCheck} size={16} label={t("pick.begin")} onClick={() => toggle(message.id)} />}
      {message.kind === "incoming" && (
        <IconButton icon={Mail} size={16} label={t("action.unreadFromHere")} onClick={() => void unsee(id, message.id).catch(complain)} />
      )}
      {mayDelete(row, message) && <IconButton icon={Trash2} size={16} label={t("action.delete")} onClick={() => (dialog.value = { kind: "delete_message", message })} />}
    </div>
  );
}
