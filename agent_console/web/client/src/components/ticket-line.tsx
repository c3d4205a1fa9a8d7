import type { VNode } from "preact";
import { retryTicket } from "../api/endpoints.ts";
import type { Message, Row } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { mayMakeTicket } from "../store/picking.ts";
import { complain } from "../store/verbs.ts";
import { ticketReason } from "../store/ticket-words.ts";

/** What became of a task on its way, behind the line that says it was made. */
export function TicketLine({ message, row }: { message: Message; row: Row }): VNode | null {
  const { ticket } = message;
  if (!ticket) return null;
  const why = ticketReason(ticket.reason);
  return (
    <span class={`ticket-state ${ticket.state}`} data-ticket={ticket.state}>
      {ticket.state === "failed" ? t("ticket.state.failed", { reason: why }) : t(ticket.reason === undefined ? `ticket.state.${ticket.state}` : "ticket.state.again", { reason: why })}{" "}
      {ticket.url !== undefined && (
        <a href={ticket.url} target="_blank" rel="noopener noreferrer">
          {t("ticket.open")}
        </a>
      )}
      {ticket.state === "failed" && mayMakeTicket(row) && (
        <button type="button" class="link" onClick={() => void retryTicket(message.conversation_id, ticket.id).catch(complain)}>
          {t("action.retry")}
        </button>
      )}{" "}
    </span>
  );
}
