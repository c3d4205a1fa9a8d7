/** Who a conversation went to, and how they were found, as sentences of the thread. */
import { t, type Key } from "../i18n/index.ts";
import { agentName, me } from "./session.ts";
import { teamName } from "./team-names.ts";

type Data = Record<string, unknown>;

const HOW: Record<string, Key> = {
  round_robin: "event.assigned.round_robin",
  least_loaded: "event.assigned.least_loaded",
  sticky: "event.assigned.sticky",
};

/** "The conversation goes to Anna (rule 2)"; `to` is the agent as the object of a sentence. */
export function assignedLine(data: Data, to: string): string {
  const by = text(data["by"]);
  if (typeof data["bot"] === "string") return botToLine(agentName(text(data["from"])), data["bot"], to);
  if (by !== "") return t(by === me.value.id ? "event.assigned.you" : "event.assigned", { name: agentName(by), to });
  const rule = data["rule"];
  if (typeof rule === "number") return t("event.assigned.rule", { to, rule });
  return t(HOW[text(data["how"])] ?? "event.assigned.auto", { to });
}

/** "The conversation waits for the team Sales (rule 2)"; without a team, for anybody. */
export function queuedLine(data: Data): string {
  const by = text(data["by"]);
  const team = teamName(text(data["team"]));
  if (by !== "") return t(by === me.value.id ? "event.queued.you" : "event.queued", { name: agentName(by), team });
  if (typeof data["bot"] === "string") return botLine(agentName(text(data["from"])), data["bot"], team);
  if (team === "") return t("event.queued.anybody");
  if (data["overflow"] === true) return t("event.queued.overflow", { team });
  const rule = data["rule"];
  return typeof rule === "number" ? t("event.queued.rule", { team, rule }) : t("event.queued.auto", { team });
}

function botToLine(name: string, why: string, to: string): string {
  return t(why === "silent" ? "event.bot.silent.to" : "event.bot.gone.to", { name, to });
}

/** A bot has left the customer waiting, or has gone: "Helper did not answer: ...". */
function botLine(name: string, why: string, team: string): string {
  const silent = why === "silent";
  if (team === "") return t(silent ? "event.bot.silent.anybody" : "event.bot.gone.anybody", { name });
  return t(silent ? "event.bot.silent" : "event.bot.gone", { name, team });
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
