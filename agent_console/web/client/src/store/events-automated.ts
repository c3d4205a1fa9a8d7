/** What statuses and automations did, as sentences of the thread. */
import { inOwnWords, isKey, listNames, t } from "../i18n/index.ts";
import { session } from "./session.ts";
import { statusLabel } from "./statuses.ts";

type Data = Record<string, unknown>;
type Words = string | Record<string, string>;

export function automationLabel(id: string): string {
  const of = session.value!.settings.automations.find((one) => one.id === id);
  return of ? inOwnWords(of.label, session.value!.settings.locale) : id;
}

/** Which automation or status it was, what it did, and what could not be done. */
export function automatedLine(data: Data): string {
  const who = typeof data["status"] === "string" ? t("event.byStatus", { name: statusLabel(data["status"]) }) : t("event.byAutomation", { name: automationLabel(String(data["automation"])) });
  const did = listNames(listed(data["did"]).map((one) => deed((one as Data)["do"])));
  const failed = listNames(listed(data["failed"]).map(deed));
  if (failed === "") return t("event.did", { who, did });
  return did === "" ? t("event.couldNot", { who, failed }) : t("event.didSome", { who, did, failed });
}

/** That an automation was not run, and why. */
export function restsLine(data: Data): string {
  return t(data["why"] === "depth" ? "event.rests.depth" : "event.rests.runs", { name: automationLabel(String(data["automation"])) });
}

/** What agents are told in the thread: whom, and the words. */
export function noticeLine(data: Data, nameOf: (id: string) => string): string {
  return t("event.notified", { names: listNames(listed(data["agents"]).map(String).map(nameOf)), text: noticeText(data) });
}

export function noticeText(data: Data): string {
  return inOwnWords(data["text"] as Words, session.value!.settings.locale);
}

const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** What was done, in a word; one that this page, loaded earlier, has no word for stands as it is. */
function deed(name: unknown): string {
  const key = `deed.${String(name)}`;
  return isKey(key) ? t(key) : String(name);
}
