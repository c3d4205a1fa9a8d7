import type { VNode } from "preact";
import type { Presence, PresenceChoice } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { CHOICES, choosePresence, presenceWord } from "../store/presence.ts";
import { hasPresence, myPresence } from "../store/session.ts";
import { complain } from "../store/verbs.ts";
import { MenuButton, type MenuEntry } from "./menu.tsx";

/** Told apart by shape too; the word stands beside it. */
export function PresenceMark({ presence }: { presence: Presence }): VNode {
  return <span class={`presence ${presence}`} aria-hidden="true" />;
}

/** A colleague's status: green at work, red where nobody answers (R51). */
export function PresenceWord({ presence }: { presence: Presence }): VNode {
  return (
    <span class={`presence-word ${presence}`}>
      <PresenceMark presence={presence} />
      {presenceWord(presence)}
    </span>
  );
}

export const choose = (choice: PresenceChoice): void => void choosePresence(choice).catch(complain);

/** The switch as entries of a menu (R35): the account's, and the one above the list. */
export function presenceMenu(): MenuEntry[] {
  return CHOICES.map((choice) => ({
    id: `presence-${choice}`,
    label: presenceWord(choice),
    checked: myPresence.value === choice || (choice === "online" && myPresence.value === "away"),
    run: () => choose(choice),
  }));
}

/** This agent's own status, and a press away the choice of another. */
export function PresenceButton(): VNode | null {
  if (!hasPresence.value) return null;
  const presence = myPresence.value;
  return (
    <MenuButton class={`btn quiet presence-btn ${presence}`} label={t("presence.label", { state: presenceWord(presence) })} items={presenceMenu} align="start" tip>
      <PresenceMark presence={presence} />
      <span class="presence-name">{presenceWord(presence)}</span>
    </MenuButton>
  );
}
