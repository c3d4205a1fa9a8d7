/** Sentences about rows and messages, in the agent's language. Names go in as parameters, never glued on. */
import type { ApiError, AttachmentKind } from "@deskbridge/ui";
import { clockTime, formatSize, fullTime } from "@deskbridge/ui";
import { inOwnWords, isKey, listNames, locale, t, type Key } from "../i18n/index.ts";
import type { Author, Last, Mailed, Mark, Message, Quoted, Row } from "../api/types.ts";
import { automatedLine, noticeLine, restsLine } from "./events-automated.ts";
import { assignedLine, queuedLine } from "./events-assigned.ts";
import { tagLabel, topicLabel } from "./labels.ts";
import { agentName, inboxOf, me, settings } from "./session.ts";
import { statusLabel } from "./statuses.ts";
import { ticketTarget } from "./ticket-words.ts";

export function nameOfContact(contact: { id: number; name: string | null; email?: string | null }): string {
  return contact.name ?? contact.email ?? t("contact.anonymous", { id: String(contact.id) });
}

export function contactName(row: Row): string {
  return nameOfContact(row.conversation.contact);
}

export function agentLabel(id: string): string {
  return id === me.value.id ? t("agent.you") : agentName(id);
}

export function authorName(author: Author, customer: string): string {
  if (author.kind === "customer") return customer;
  if (author.kind === "system") return author.name ?? t("author.system");
  return author.id === undefined ? (author.name ?? t("author.agent")) : agentLabel(author.id);
}

/** Whose words are quoted: the customer's, an agent's, or what the program said by itself. */
export function quotedName(quoted: Quoted, customer: string): string {
  if (quoted.author !== null) return agentLabel(quoted.author);
  return quoted.kind === "outgoing" ? t("author.system") : customer;
}

export function attachmentWord(kind: AttachmentKind): string {
  return t(`attachment.${kind}`);
}

/** A message in one line: its text, or what it carries. */
export function messageLine(message: Pick<Message, "text" | "attachments" | "deleted">): string {
  if (message.deleted) return t("message.deleted");
  const words = [...new Set(message.attachments.map((one) => attachmentWord(one.kind)))];
  const text = message.text.replace(/\s+/g, " ").trim();
  return [...words, ...(text === "" ? [] : [text])].join(" · ");
}

/** The second line of a row: what was said last. Its author is told apart, so that "You:" can be drawn differently. */
export function lastLine(last: Last): { author: string | null; text: string } {
  const words = last.attachment ? [attachmentWord(last.attachment)] : [];
  const text = [...words, ...(last.text === "" ? [] : [last.text])].join(" · ");
  return { author: last.author === null ? null : agentLabel(last.author), text };
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const byMe = (id: string): boolean => id === me.value.id;

/** A timeline event as a sentence. */
export function eventLine(activity: NonNullable<Message["activity"]>, customer: string): string {
  const { verb, data } = activity;
  const by = text(data["by"]);
  const who = { name: agentName(by) };
  switch (verb) {
    case "opened":
      return openedLine(data, customer);
    case "released":
      return releasedLine(data);
    case "taken":
    case "joined":
    case "left":
      return by === "" ? t(`event.${verb}.auto`) : t(byMe(by) ? `event.${verb}.you` : `event.${verb}`, who);
    case "assigned":
      return assignedLine(data, agentObject(text(data["to"])));
    case "queued":
      return queuedLine(data);
    case "closed":
      if (data["reason"] === "customer") return t("event.closed.customer", { name: customer });
      if (data["reason"] === "automation") return t("event.closed.automation");
      return by === "" || by === "inactivity" ? t("event.closed.inactivity") : t(byMe(by) ? "event.closed.you" : "event.closed", who);
    case "deleted":
    case "restored":
      return t(byMe(by) ? `event.${verb}.you` : `event.${verb}`, who);
    case "reopened":
      if (data["reason"] === "automation") return t("event.reopened.automation");
      return by === "" ? t("event.reopened.customer", { name: customer }) : t(byMe(by) ? "event.reopened.you" : "event.reopened", who);
    case "no_questions":
      return t("event.no_questions", { name: customer });
    case "rated":
      return t("event.rated", { name: customer, score: String(data["score"]), scale: String(data["scale"]) });
    case "commented":
      return t("event.commented", { name: customer, comment: text(data["comment"]) });
    case "participant_added":
    case "participant_removed":
      return t(byMe(by) ? `event.${verb}.you` : `event.${verb}`, { ...who, agent: agentObject(text(data["agent"])) });
    case "contact_edited":
      return t(byMe(by) ? "event.contact_edited.you" : "event.contact_edited", { ...who, fields: fieldNames(data["fields"]) });
    case "people_joined":
    case "people_parted":
      return t(byMe(by) ? `event.${verb}.you` : `event.${verb}`, { ...who, customer, other: text(data["other"]) || t("contact.unknown") });
    case "linked":
    case "unlinked":
      return t(byMe(by) ? `event.${verb}.you` : `event.${verb}`, { ...who, label: text(data["label"]) });
    case "status_changed":
      return by === "" ? t("event.status.auto", { status: statusLabel(text(data["status"])) }) : t(byMe(by) ? "event.status.you" : "event.status", { ...who, status: statusLabel(text(data["status"])) });
    case "snoozed":
      return t(byMe(by) ? "event.snoozed.you" : "event.snoozed", { ...who, time: fullTime(Number(data["until"]), locale.value) });
    case "unsnoozed":
      return unsnoozedLine(by, text(data["reason"]));
    case "automated":
      return automatedLine(data);
    case "automation_rests":
      return restsLine(data);
    case "notified":
      return noticeLine(data, agentLabel);
    case "ticket":
      return t(byMe(by) ? "event.ticket.you" : "event.ticket", { ...who, title: text(data["title"]), target: ticketTarget(text(data["target"])) });
    case "topic_added":
    case "topic_removed":
      if (by === "") return t("event.topic_added.auto", { topic: topicLabel(text(data["topic"])) });
      return t(byMe(by) ? `event.${verb}.you` : `event.${verb}`, { ...who, topic: text(data["other"]) || topicLabel(text(data["topic"])) });
    case "tagged":
    case "untagged":
      if (by === "") return t("event.tagged.auto", { tag: tagLabel(text(data["tag"])) });
      return t(byMe(by) ? `event.${verb}.you` : `event.${verb}`, { ...who, tag: tagLabel(text(data["tag"])) });
    case "invited":
      return t(byMe(by) ? "event.invited.you" : "event.invited", { ...who, inbox: text(data["inbox"]) });
    case "invited_back":
      return t(byMe(by) ? "event.invited_back.you" : "event.invited_back", who);
    case "came_back":
      return t(data["origin"] === "mail" ? "event.came_back.mail" : "event.came_back.invitation");
    case "continued":
    case "continued_apart":
    case "continued_in":
    case "continued_in_apart":
      return t(`event.${verb}`, { inbox: text(data["inbox"]) });
    case "blocked":
      return blockedEvent(data);
    case "unblocked":
      return t(byMe(by) ? "event.unblocked.you" : "event.unblocked", who);
    case "block_ended":
      return t("event.block_ended");
    case "identified":
      return t("event.identified", { name: customer });
    default:
      return verb; // A newer server may log events that this page, loaded earlier, has no words for.
  }
}

/** Who has had it back, or why it is back by itself. */
function unsnoozedLine(by: string, reason: string): string {
  if (by !== "") return t(byMe(by) ? "event.unsnoozed.you" : "event.unsnoozed", { name: agentName(by) });
  return t(reason === "time" ? "event.unsnoozed.time" : reason === "customer" ? "event.unsnoozed.customer" : "event.unsnoozed.auto");
}

/** By whom it was released, or why it came to that by itself. */
function releasedLine(data: Record<string, unknown>): string {
  const [by, from, reason] = [text(data["by"]), text(data["from"]), text(data["reason"])];
  if (reason === "idle" || reason === "offline") {
    return t(byMe(from) ? `event.released.${reason}.you` : `event.released.${reason}`, { name: agentName(from) });
  }
  return t(by === "" ? "event.released.auto" : byMe(by) ? "event.released.you" : "event.released", { name: agentName(by) });
}

function blockedEvent(data: Record<string, unknown>): string {
  const until = data["until"];
  const end = typeof until === "number" ? t("blocked.until", { time: fullTime(until, locale.value) }) : t("blocked.forever");
  const scope = data["scope"] === "contact" ? "contact" : "identity";
  const by = text(data["by"]);
  const told = { name: agentName(by), end, reason: text(data["reason"]) };
  if (by === "") return t(`event.blocked.${scope}.auto`, told);
  return byMe(by) ? t(`event.blocked.${scope}.you`, told) : t(`event.blocked.${scope}`, told);
}

/** An agent as the object of a sentence: "assigned to you". */
export function agentObject(id: string): string {
  return byMe(id) ? t("agent.youObject") : agentName(id);
}

function openedLine(data: Record<string, unknown>, customer: string): string {
  const url = text(data["url"]);
  const source = text(data["source"]);
  if (url !== "" && source !== "") return t("event.opened.pageSource", { name: customer, page: shortUrl(url), source });
  if (url !== "") return t("event.opened.page", { name: customer, page: shortUrl(url) });
  return source === "" ? t("event.opened", { name: customer }) : t("event.opened.source", { name: customer, source });
}

function fieldNames(fields: unknown): string {
  const names = Array.isArray(fields) ? fields.map(String) : [];
  return listNames(names.map((name) => (isKey(`field.${name}`) ? t(`field.${name}` as Key).toLocaleLowerCase(locale.value) : moreFieldLabel(name))));
}

/** What agents read beside a field that the YAML adds; its id where the YAML says nothing of it any more. */
export function moreFieldLabel(id: string): string {
  return inOwnWords(settings.value.contact_fields.find((one) => one.id === id)?.label ?? id, settings.value.locale);
}

/** "/orders/4821" of a page's address: the part that tells pages of one site apart. */
export function shortUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return parsed ? parsed.pathname + parsed.search : url;
}

/** Why a message did not arrive, by the reason's code; the server's own sentence where we have none. */
export function failureText(mark: Mark): string {
  return reasonText(mark.reason, mark.detail);
}

function reasonText(reason: string | undefined, detail?: string): string {
  const key = `reason.${reason ?? ""}`;
  return isKey(key) ? t(key) : (detail ?? t("reason.unknown"));
}

/** Reasons that are the program's own: no network has said anything. */
const OURS = new Set(["expired", "interrupted", "internal", "deleted", "not_sent", "withheld", "not_yours"]);

/** What the network said itself, where our words for the reason are shown in its place. */
export function vendorSentence(mark: Mark): string | null {
  if (!mark.detail || !mark.reason || OURS.has(mark.reason) || failureText(mark) === mark.detail) return null;
  return mark.detail;
}

export function markText(mark: Mark): string {
  if (mark.state === "failed") return t(mark.of ? `mark.${mark.of}.failed` : "mark.failed.why", { reason: failureText(mark) });
  if (mark.of) return t(mark.state === "uncertain" ? `mark.${mark.of}.ask` : "mark.changing");
  return t(`mark.${mark.state}`);
}

const LEFT = "visitor_left";

/** Whether the mail says all there is to say of a customer who has left: what the widget has not shown is no failure then. */
export const mailSaysIt = (message: Message): boolean => message.mail !== undefined && message.mark?.state === "failed" && message.mark.reason === LEFT;

/** How a message goes by mail, or why it does not; `mailed` says whether its inbox mails at all. */
export function mailText(message: Message, mailed: boolean): string | null {
  const left = message.mark?.state === "failed" && message.mark.reason === LEFT;
  if (!message.mail) return left && mailed ? t("mail.nowhere") : null;
  const { state, at, to, reason } = message.mail;
  const told = { to, time: clockTime(at, locale.value) };
  const became = state === "failed" ? t("mail.failed", { to, reason: reasonText(reason) }) : t(`mail.${mailState(state)}`, told);
  const words = state === "sent" && message.mail.may_be_double ? `${became} ${t("mark.mayBeDouble")}` : became;
  return left ? t("mail.left", { mail: words }) : words;
}

function mailState(state: Exclude<Mailed["state"], "failed">): "planned" | "queued" | "sent" | "uncertain" {
  if (state === "planned" || state === "uncertain") return state;
  return state === "queued" || state === "sending" ? "queued" : "sent";
}

/** What to tell the agent about a request that was refused. */
export function errorText(error: Pick<ApiError, "code" | "message" | "detail">): string {
  const key = `error.${error.code}`;
  if (!isKey(key)) return error.message;
  const { name, agent, inbox, limit, length, retry_after } = error.detail;
  return t(key, {
    name: text(name) || (typeof agent === "string" ? agentName(agent) : ""),
    limit: typeof limit === "number" ? (error.code.endsWith("too_large") ? formatSize(limit, locale.value) : limit) : "",
    channel: typeof inbox === "string" ? (inboxOf(inbox)?.name ?? inbox) : "",
    length: typeof length === "number" ? length : "",
    seconds: typeof retry_after === "number" ? Math.ceil(retry_after) : "",
  });
}

export function channelName(row: Row): string {
  return inboxOf(row.conversation.inbox)?.name ?? row.conversation.inbox;
}
