import type { VNode } from "preact";
import { Icon } from "@deskbridge/ui";
import type { Message, Row } from "../api/types.ts";
import { inboxOf } from "../store/session.ts";
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
    </div>
  );
}
