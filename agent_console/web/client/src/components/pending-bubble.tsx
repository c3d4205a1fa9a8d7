import type { VNode } from "preact";
import { Icon, RichText } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import type { Unsent } from "../store/outbox.ts";
import { discard, sendAgain } from "../store/sending.ts";
import { writeDraft, draftOf } from "../store/drafts.ts";
import { me } from "../store/session.ts";
import { complain, copyText } from "../store/verbs.ts";
import { write } from "../store/ui.ts";
import { errorText } from "../store/words.ts";
import { Attachments } from "./attachments.tsx";
import { ByLine, Stamp } from "./bubble.tsx";
import { CircleX, Clock } from "./icons.ts";

/** A message that is on its way: shown at once with a clock, or with the reason why the server refused it. */
export function PendingBubble({ unsent, first }: { unsent: Unsent; first: boolean }): VNode {
  const side = unsent.kind === "note" ? "note" : "out";
  return (
    <article class={`msg ${side} ${first ? "first" : ""} pending`} data-client={unsent.client_id} data-mark={unsent.refused ? "failed" : "queued"} tabIndex={-1}>
      {first && <ByLine name={t("agent.you")} agent={me.value.id} note={unsent.kind === "note"} />}
      <div class="bubble-line">
        <div class={`bubble ${unsent.text === "" ? "" : "stamp-in-text"}`}>
          <Attachments of={unsent.attachments} />
          {unsent.text !== "" && (
            <div class="text">
              <RichText text={unsent.text} />
              <span class="stamp-room with-mark" />
            </div>
          )}
          <Stamp at={unsent.at}>{!unsent.refused && <Icon of={Clock} size={14} label={t("mark.queued")} />}</Stamp>
        </div>
      </div>
      {unsent.refused && <Refused unsent={unsent} />}
    </article>
  );
}

function Refused({ unsent }: { unsent: Unsent }): VNode {
  const { client_id, conversation_id, kind, text } = unsent;
  const back = (): void => {
    const present = draftOf(conversation_id, kind).text;
    writeDraft(conversation_id, kind, present === "" ? text : `${text}\n${present}`);
    discard(client_id);
    write(kind);
  };
  return (
    <div class="trouble failed" role="alert">
      <Icon of={CircleX} size={14} />
      <span>{t("mark.failed.why", { reason: errorText(unsent.refused!) })}</span>
      <button type="button" class="link" onClick={() => sendAgain(client_id)}>
        {t("action.retry")}
      </button>
      <button type="button" class="link" onClick={back}>
        {t("action.editAgain")}
      </button>
      <button type="button" class="link" onClick={() => void copyText(text, "toast.copied").catch(complain)}>
        {t("action.copy")}
      </button>
      <button type="button" class="link" onClick={() => discard(client_id)}>
        {t("action.discard")}
      </button>
    </div>
  );
}
