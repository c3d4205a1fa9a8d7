import type { VNode } from "preact";
import { clockTime, Icon, type IconShape } from "@deskbridge/ui";
import { locale, t } from "../i18n/index.ts";
import type { Mark, MarkState, Message, Row } from "../api/types.ts";
import { stillOnItsWay, vouchedState } from "../store/mark.ts";
import { inboxOf } from "../store/session.ts";
import { complain, copyText, may, retryMessage, settleMessage } from "../store/verbs.ts";
import { channelName, markText, vendorSentence } from "../store/words.ts";
import { Check, CheckCheck, CircleHelp, CircleX, Clock } from "./icons.ts";

const icons: Record<MarkState, IconShape> = {
  queued: Clock,
  sending: Clock,
  sent: Check,
  delivered: Check,
  read: CheckCheck,
  failed: CircleX,
  uncertain: CircleHelp,
};

/** Clock, tick, two ticks, cross or question mark. Its tooltip, for pointer and keyboard alike, says what, when and by which channel. */
export function MarkIcon({ mark, row }: { mark: Mark; row: Row }): VNode {
  const can = inboxOf(row.conversation.inbox)?.capabilities;
  const state = vouchedState(mark, can);
  const waits = stillOnItsWay(state, can);
  const words = state === "sent" && waits ? t("mark.onItsWay") : markText({ ...mark, state });
  const text = t("mark.tip", { state: words, time: clockTime(mark.at, locale.value), channel: channelName(row) });
  const twice = mark.may_be_double ? ` ${t("mark.mayBeDouble")}` : "";
  return (
    <button type="button" class={`mark ${state}`} data-mark={state} data-tip={text + twice} data-tip-side="left" aria-label={text + twice}>
      <Icon of={waits ? Clock : icons[state]} size={15} />
    </button>
  );
}

/** Below a message that did not arrive, or may not have: why, and what can be done about it. */
export function Trouble({ message, mark, row }: { message: Message; mark: Mark; row: Row }): VNode | null {
  if (mark.state === "failed") return <Failed message={message} mark={mark} row={row} />;
  if (mark.state === "uncertain") return <Uncertain message={message} mark={mark} row={row} />;
  if (mark.may_be_double) return <div class="trouble maybe">{t("mark.mayBeDouble")}</div>;
  return null;
}

function Failed({ message, mark, row }: { message: Message; mark: Mark; row: Row }): VNode {
  return (
    <div class="trouble failed">
      <Icon of={CircleX} size={14} />
      <span>{markText(mark)}</span>
      <Said mark={mark} />
      {may(row, "retry") && (
        <button type="button" class="link" onClick={() => void retryMessage(message.id).catch(complain)}>
          {t("action.retry")}
        </button>
      )}
      {message.text !== "" && (
        <button type="button" class="link" onClick={() => void copyText(message.text, "toast.copied")}>
          {t("action.copy")}
        </button>
      )}
    </div>
  );
}

/** The network's own sentence, which tells an administrator more than our words for its kind. */
function Said({ mark }: { mark: Mark }): VNode | null {
  const said = vendorSentence(mark);
  return said === null ? null : <small dir="auto">{t("mark.detail", { detail: said })}</small>;
}

function Uncertain({ message, mark, row }: { message: Message; mark: Mark; row: Row }): VNode {
  return (
    <div class="trouble uncertain">
      <Icon of={CircleHelp} size={14} />
      <span>{t(mark.of ? `mark.${mark.of}.ask` : "mark.uncertain.ask")}</span>
      {may(row, "retry") && (
        <>
          <button type="button" class="link" onClick={() => void settleMessage(message.id, false).catch(complain)}>
            {t("action.sendAgain")}
          </button>
          <button type="button" class="link" onClick={() => void settleMessage(message.id, true).catch(complain)}>
            {t(mark.of === "delete" ? "action.itIsGone" : "action.itArrived")}
          </button>
        </>
      )}
    </div>
  );
}
