import type { VNode } from "preact";
import { Icon } from "@deskbridge/ui";
import type { Inbox } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { folders } from "../store/desk.ts";
import { filters } from "../store/list.ts";
import { narrow } from "../store/narrow.ts";
import { savePreferences } from "../store/preferences.ts";
import { current, prefs } from "../store/session.ts";
import { complain } from "../store/verbs.ts";
import { ChannelIcon } from "./avatar.tsx";
import { Counters } from "./counters.tsx";
import { ChevronDown, ChevronRight } from "./icons.ts";

const NOTHING = { unread: 0, total: 0 };

/** Each channel with its open conversations (D06); folded by whoever has no use for it. */
export function RailChannels(): VNode | null {
  const { inboxes } = current.value;
  if (inboxes.length < 2) return null;
  const shown = prefs.value.rail_channels;
  const fold = (): void => void savePreferences({ rail_channels: !shown }).catch(complain);
  return (
    <div class="rail-channels">
      <button type="button" class="rail-fold" aria-expanded={shown} aria-controls="rail-channels" onClick={fold}>
        <Icon of={shown ? ChevronDown : ChevronRight} size={14} />
        <span class="rail-text">{t("rail.channels")}</span>
      </button>
      <ul id="rail-channels" class="folders" hidden={!shown}>
        {inboxes.map((inbox) => (
          <Channel key={inbox.id} inbox={inbox} />
        ))}
      </ul>
    </div>
  );
}

/** Pressed, it narrows whatever list is shown to this channel; pressed again, no more. */
function Channel({ inbox }: { inbox: Inbox }): VNode {
  const on = filters.value.inbox === inbox.id;
  return (
    <li>
      <button
        type="button"
        class={`nav ${on ? "on" : ""}`}
        aria-pressed={on}
        data-channel={inbox.id}
        data-tip={inbox.name}
        data-tip-side="right"
        onClick={() => narrow({ inbox: on ? undefined : inbox.id })}
      >
        <span class="rail-icon" aria-hidden="true">
          <ChannelIcon inbox={inbox.id} size={16} />
        </span>
        <span class="rail-text" dir="auto">
          {inbox.name}
        </span>
        {folders.value && <Counters count={folders.value.channels[inbox.id] ?? NOTHING} />}
      </button>
    </li>
  );
}
