import type { VNode } from "preact";
import { Icon } from "@deskbridge/ui";
import { readText } from "../api/http.ts";
import type { Message, Row } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { dialog } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { authorName, contactName } from "../store/words.ts";
import { TriangleAlert } from "./icons.ts";

type Props = { message: Message; row: Row; whole: boolean; onWhole: (text: string | null) => void };

/** What there is of a message beside its new words, and what is to be known about it before it is believed. */
export function MessageMore({ message, row, whole, onWhole }: Props): VNode | null {
  const { more, verified } = message;
  if (!more && verified !== false) return null;
  const sender = authorName(message.author, contactName(row));
  return (
    <div class="msg-more">
      {verified === false && (
        <span class="unproven">
          <Icon of={TriangleAlert} size={14} />
          <span>{t("message.unproven")}</span>
        </span>
      )}
      {more?.text_url !== undefined && <Unfold url={more.text_url} whole={whole} onWhole={onWhole} />}
      {more?.original && (
        <button type="button" class="link" onClick={() => (dialog.value = { kind: "original", message, sender })}>
          {t("message.original")}
        </button>
      )}
    </div>
  );
}

function Unfold({ url, whole, onWhole }: { url: string; whole: boolean; onWhole: (text: string | null) => void }): VNode {
  const unfold = async (): Promise<void> => onWhole(await readText(url));
  return (
    <button type="button" class="link" aria-expanded={whole} onClick={() => (whole ? onWhole(null) : void unfold().catch(complain))}>
      {t(whole ? "message.onlyNew" : "message.whole")}
    </button>
  );
}

/** All words of a message, with the history and the signature that are folded away otherwise. */
export function WholeText({ text }: { text: string }): VNode {
  return (
    <div class="whole" dir="auto" tabIndex={0}>
      {text}
    </div>
  );
}
