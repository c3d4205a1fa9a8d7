/** What is said of tasks. */
import { inOwnWords, t, type Key } from "../i18n/index.ts";
import { session } from "./session.ts";

const REASONS: Record<string, Key> = {
  gone: "ticket.reason.gone",
  refused: "ticket.reason.refused",
  private_address: "ticket.reason.setup",
  tls: "ticket.reason.setup",
  redirect: "ticket.reason.setup",
};

/** Why it was not taken (yet), for agents: what an administrator can do about it, the command line says. */
export function ticketReason(reason: string | undefined): string {
  return t(REASONS[reason ?? ""] ?? "ticket.reason.away");
}

/** The name of a kind of task; its id where the YAML has it no more. */
export function ticketTarget(id: string): string {
  const kind = session.value?.tickets.find((one) => one.id === id);
  return kind ? inOwnWords(kind.label, session.value!.settings.locale) : id;
}
