import type { VNode } from "preact";
import { Icon } from "@deskbridge/ui";
import type { Message, Row } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { inboxOf } from "../store/session.ts";
import { complain, may, retryMail, settleMail } from "../store/verbs.ts";
import { mailText } from "../store/words.ts";
import { Mail } from "./icons.ts";

/** Below a message whose customer does not read it on the site: that it goes by mail, went, failed to, or cannot. */
export function MailLine({ message, row }: { message: Message; row: Row }): VNode | null {
  const words = mailText(message, inboxOf(row.conversation.inbox)?.mailed ?? false);
  if (words === null) return null;
  const state = message.mail?.state ?? "nowhere";
  return (
    <div class={`mail-line ${state === "failed" || state === "uncertain" ? "failed" : ""}`} data-mail={state}>
      <Icon of={Mail} size={14} />
      <span>{words}</span>
      {may(row, "retry") && <Remedy state={state} id={message.id} />}
    </div>
  );
}

/** What can be done about the mail; it may hold other messages too, which go again with it. */
function Remedy({ state, id }: { state: string; id: number }): VNode | null {
  if (state === "failed") return <Choice words={t("action.retry")} choose={() => retryMail(id)} />;
  if (state !== "uncertain") return null;
  return (
    <>
      <Choice words={t("action.sendAgain")} choose={() => settleMail(id, false)} />
      <Choice words={t("action.itArrived")} choose={() => settleMail(id, true)} />
    </>
  );
}

function Choice({ words, choose }: { words: string; choose: () => Promise<void> }): VNode {
  return (
    <button type="button" class="link" onClick={() => void choose().catch(complain)}>
      {words}
    </button>
  );
}
