import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { fullTime, Icon, shortTime } from "@deskbridge/ui";
import { locale, t } from "../i18n/index.ts";
import type { Row } from "../api/types.ts";
import { now } from "../store/clock.ts";
import { draftShown } from "../store/drafts.ts";
import { pinnedTags } from "../store/labels.ts";
import { unread } from "../store/order.ts";
import { openId } from "../store/reading.ts";
import { go, pathOf } from "../store/route.ts";
import { selected, selecting, toggleSelected } from "../store/selection.ts";
import { agentOf, isBot } from "../store/session.ts";
import { typing } from "../store/signs.ts";
import { cursor } from "../store/ui.ts";
import { agentLabel, channelName, contactName, lastLine } from "../store/words.ts";
import { Avatar, Face } from "./avatar.tsx";
import { Ban, Bot, Ellipsis } from "./icons.ts";
import { MenuButton, MenuList } from "./menu.tsx";
import { RowCheck } from "./row-check.tsx";
import { rowMenu } from "./row-menu.ts";
import { SnoozeChip } from "./snooze.tsx";
import { StatusChip } from "./status.tsx";
import { TagOf } from "./tag.tsx";
import { WaitChip } from "./wait-chip.tsx";

type Props = { row: Row; stop: boolean };

/** Where nothing hovers, a press on a row selects too once one is selected. */
const fingers = matchMedia("(hover: none)");

/** A conversation in the list. The whole row is one link; its menu opens by button, right press or the menu key. */
export function RowItem({ row, stop }: Props): VNode {
  const [at, setAt] = useState<{ x: number; y: number } | null>(null);
  const { id, contact, inbox, is_new } = row.conversation;
  const count = unread(row);
  const open = openId.value === id;
  const chosen = selected.value.has(id);
  const name = contactName(row);
  const openMenu = (event: MouseEvent): void => {
    event.preventDefault();
    // A long press of a finger; its menu stands at the row's own button.
    if ((event as PointerEvent).pointerType === "touch") return toggleSelected(id);
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const byKey = event.clientX === 0 && event.clientY === 0;
    setAt(byKey ? { x: box.left + 60, y: box.top + 40 } : { x: event.clientX, y: event.clientY });
  };
  const closeMenu = (): void => {
    setAt(null);
    document.querySelector<HTMLElement>(`[data-conversation="${id}"] .row-link`)?.focus();
  };
  return (
    <div class={`row ${open ? "on" : ""} ${count > 0 ? "unread" : ""} ${chosen ? "chosen" : ""}`} data-conversation={id} onContextMenu={openMenu}>
      <RowCheck id={id} name={name} stop={stop} />
      <a
        class="row-link"
        href={pathOf({ conversation: id })}
        tabIndex={stop ? 0 : -1}
        aria-current={open ? "true" : undefined}
        onFocus={() => {
          cursor.value = id;
        }}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
          event.preventDefault();
          if (selecting.peek() && fingers.matches) toggleSelected(id);
          else go({ conversation: id });
        }}
      >
        <Avatar id={contact.id} name={name} url={contact.avatar_url} inbox={inbox} />
        <span class="row-name" dir="auto">
          {is_new && <NewDot />}
          {name}
        </span>
        <RowTime row={row} />
        <PinnedTags row={row} />
        <RowText row={row} />
        {count > 0 && <UnreadBadge count={count} />}
        <span class="row-chips">
          <WaitChip of={row.conversation} />
          <SnoozeChip row={row} />
          <StatusChip row={row} />
          <span class="chip channel">{channelName(row)}</span>
          <BotBadge row={row} />
          <RatingChip row={row} />
          <BlockedBadge row={row} />
          <Assignee row={row} />
        </span>
      </a>
      <MenuButton class="icon-btn row-more" label={t("row.menu", { name })} items={() => rowMenu(row)}>
        <Icon of={Ellipsis} size={16} />
      </MenuButton>
      {at && <MenuList label={t("row.menu", { name })} items={rowMenu(row)} at={at} onClose={closeMenu} />}
    </div>
  );
}

function NewDot(): VNode {
  return (
    <span class="new-dot" data-new>
      <span class="sr-only">{t("row.new")} </span>
    </span>
  );
}

/** The tags that the YAML has pinned, under the name (S37). */
function PinnedTags({ row }: { row: Row }): VNode | null {
  const pinned = row.conversation.contact.tags.filter((id) => pinnedTags.value.has(id));
  if (pinned.length === 0) return null;
  return (
    <span class="row-tags">
      {pinned.map((id) => (
        <TagOf key={id} id={id} />
      ))}
    </span>
  );
}

function RowTime({ row }: { row: Row }): VNode {
  const at = row.conversation.last?.at ?? row.conversation.last_at;
  return (
    <time class="row-time" dateTime={new Date(at).toISOString()} title={fullTime(at, locale.value)}>
      {shortTime(at, locale.value, now.value)}
    </time>
  );
}

/** What is going on, in this order: somebody types, a draft waits, the last thing said. */
function RowText({ row }: { row: Row }): VNode {
  const typist = typing.value.get(row.conversation.id);
  if (typist) {
    const text = typist.kind === "customer" ? t("row.typing") : t("row.agentTyping", { name: agentLabel(typist.id) });
    return <span class="row-text typing">{text}</span>;
  }
  const draft = draftShown(row);
  if (draft) {
    return (
      <span class="row-text" dir="auto" data-draft>
        <em>{t(draft.kind === "note" ? "row.draftNote" : "row.draft")}</em> {draft.text}
      </span>
    );
  }
  const { last } = row.conversation;
  if (!last) return <span class="row-text" />;
  const line = lastLine(last);
  return (
    <span class="row-text" dir="auto">
      {line.author !== null && last.kind !== "activity" ? t("row.says", { name: line.author, text: line.text }) : line.text}
    </span>
  );
}

function UnreadBadge({ count }: { count: number }): VNode {
  return (
    <span class="badge">
      <span aria-hidden="true">{count > 99 ? "99+" : count}</span>
      <span class="sr-only">{t("row.unread", { n: count })}</span>
    </span>
  );
}

/** Says that a bot answers, or that the program has answered and nobody else has yet (J01). */
function BotBadge({ row }: { row: Row }): VNode | null {
  const { assignee, answered_by } = row.conversation;
  const bot = isBot(assignee);
  if (!bot && answered_by !== "program") return null;
  const words = bot ? t("row.botHas", { name: agentLabel(assignee!) }) : t("row.botOnly");
  return (
    <span class="chip bot" title={words} data-bot>
      <Icon of={Bot} size={12} />
      <span aria-hidden="true">{t("row.bot")}</span>
      <span class="sr-only">{words}</span>
    </span>
  );
}

/** What the customer gave the conversation last. */
function RatingChip({ row }: { row: Row }): VNode | null {
  const { rated } = row.conversation;
  if (rated === undefined) return null;
  const words = t("row.rated", { n: rated });
  return (
    <span class="chip" title={words} data-rated={rated}>
      <span aria-hidden="true">★ {rated}</span>
      <span class="sr-only">{words}</span>
    </span>
  );
}

function BlockedBadge({ row }: { row: Row }): VNode | null {
  if (!row.conversation.blocked) return null;
  return (
    <span class="chip blocked">
      <Icon of={Ban} size={12} />
      {t("row.blocked")}
    </span>
  );
}

/** Who answers this customer: a name where there is room, letters where there is not, and the name on hover. */
function Assignee({ row }: { row: Row }): VNode | null {
  const { assignee } = row.conversation;
  if (assignee === null) return null;
  const name = agentLabel(assignee);
  return (
    <span class="chip assignee" data-tip={t("row.assignee", { name })}>
      <span class="assignee-initials" aria-hidden="true">
        <Face name={name} url={agentOf(assignee)?.avatar_url} />
      </span>
      <span class="assignee-name">
        <span class="sr-only">{t("row.assignee", { name: "" })}</span>
        {name}
      </span>
    </span>
  );
}
