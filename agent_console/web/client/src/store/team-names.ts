/** What agents read of what the YAML names. */
import { locale } from "../i18n/index.ts";
import { settings } from "./session.ts";

/** A label in the agent's language, else in the main one, else in any it has; `id` where there is none. */
export function inLanguage(label: string | Record<string, string>, id: string): string {
  if (typeof label === "string") return label;
  return label[locale.value] ?? label[settings.value.locale] ?? Object.values(label)[0] ?? id;
}

/** A team's name; the id of one that is not in the YAML any more. */
export function teamName(id: string): string {
  return inLanguage(settings.value.teams.find((one) => one.id === id)?.label ?? id, id);
}
