import type { Row } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { me } from "../store/session.ts";
import { complain, perform } from "../store/verbs.ts";
import { Bell, BellOff } from "./icons.ts";
import type { MenuEntry } from "./menu.tsx";

/** To have it among one's own and hear of its notes without answering it (O23); viewers only look. */
export function followEntry({ conversation, following }: Row): MenuEntry | false {
  if (me.value.role === "viewer") return false;
  const verb = following ? "unfollow" : "follow";
  return { id: "follow", label: t(`action.${verb}`), icon: following ? BellOff : Bell, run: () => void perform(conversation.id, verb).catch(complain) };
}
