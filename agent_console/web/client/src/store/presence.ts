/** This agent's own status, in words and as a choice; other tabs learn of it from the server, as colleagues do. */
import { putPresence } from "../api/endpoints.ts";
import type { Presence, PresenceChoice } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { me, setPresence } from "./session.ts";

/** The order in which they are offered, and in which colleagues are listed. */
export const PRESENCES: readonly Presence[] = ["online", "away", "break", "offline"];
export const CHOICES: readonly PresenceChoice[] = ["online", "break", "offline"];

export function presenceWord(presence: Presence): string {
  return t(`presence.${presence}`);
}

export async function choosePresence(choice: PresenceChoice): Promise<void> {
  const { presence } = await putPresence(choice);
  setPresence([{ id: me.peek().id, presence }]);
}
