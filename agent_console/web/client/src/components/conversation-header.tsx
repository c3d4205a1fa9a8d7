import type { VNode } from "preact";
import { Icon } from "@deskbridge/ui";
import { languageName, listNames, t } from "../i18n/index.ts";
import type { Row } from "../api/types.ts";
import { backToList } from "../keys/focus.ts";
import { aboutWords } from "../store/labels.ts";
import { offerMeeting } from "../store/meeting.ts";
import { details, unsee } from "../store/reading.ts";
import { inboxesToInvite, me, settings } from "../store/session.ts";
import { viewing } from "../store/signs.ts";
import { teamName } from "../store/team-names.ts";
import { dialog, moreMenu, panelSheet, panelShown, room, togglePanel } from "../store/ui.ts";
import { closeConversation, complain, copyText, may, perform } from "../store/verbs.ts";
import { agentLabel, agentObject, channelName, contactName } from "../store/words.ts";
import { Button, IconButton } from "./button.tsx";
import { ArrowLeft, Ban, CircleCheck, Copy, Ellipsis, Eye, LogOut, Mail, PanelRight, RotateCcw, Smartphone, UserCheck, UserMinus, UserPlus, Users, UsersRound, Video } from "./icons.ts";
import { followEntry } from "./follow-entry.ts";
import { MenuButton, type MenuEntry } from "./menu.tsx";
import { sortingItems, untilOpen } from "./sorting-menu.ts";
import { StatusChip, statusItem } from "./status.tsx";
import { SnoozeChip, snoozeItems } from "./snooze.tsx";
import { trashItems } from "./trash-menu.ts";
import { WaitChip } from "./wait-chip.tsx";
import { ChannelIcon, SmallFace } from "./avatar.tsx";

export function ConversationHeader({ row }: { row: Row }): VNode {
  const { id, inbox, language, team, state } = row.conversation;
  return (
    <header class="bar conversation-bar">
      <IconButton class="back" icon={ArrowLeft} label={t("action.back")} onClick={backToList} />
      <div class="conversation-who">
        <h1 dir="auto">{contactName(row)}</h1>
        <span class="meta">
          <ChannelIcon inbox={inbox} /> {channelName(row)}
          {language !== null && (
            <span class="opt" title={languageName(language)}>
              {" · "}
              <span lang="en">{language}</span>
            </span>
          )}
          {team !== undefined && (
            <span class="opt" title={t("header.team", { team: teamName(team) })}>
              {" · "}
              {teamName(team)}
            </span>
          )}
          <Responsible row={row} />
          <About row={row} />
        </span>
      </div>
      <Viewers row={row} />
      {row.conversation.blocked && (
        <span class="chip blocked">
          <Icon of={Ban} size={12} />
          {t("row.blocked")}
        </span>
      )}
      <SnoozeChip row={row} />
      {state === "open" ? <WaitChip of={row.conversation} /> : <span class="chip">{t(`state.${state}`)}</span>}
      <StatusChip row={row} />
      <div class="conversation-verbs">
        {may(row, "assign") && (
          <Button class="opt" onClick={() => (dialog.value = { kind: "assign", conversation: id })}>
            {t("action.assign")}
          </Button>
        )}
        {may(row, "close") && <Button onClick={() => void closeConversation(id, "list").catch(complain)}>{t("action.close")}</Button>}
        {may(row, "reopen") && <Button onClick={() => void perform(id, "reopen").catch(complain)}>{t("action.reopen")}</Button>}
        {may(row, "restore") && <Button onClick={() => void perform(id, "restore").catch(complain)}>{t("action.restore")}</Button>}
        {may(row, "take") && (
          <Button tone="go" onClick={() => void perform(id, "take").catch(complain)}>
            {t("action.take")}
          </Button>
        )}
        <MenuButton class="icon-btn" label={t("key.more")} items={() => moreItems(row)} openSignal={moreMenu.value} tip>
          <Icon of={Ellipsis} size={18} />
        </MenuButton>
        <PanelButton />
      </div>
    </header>
  );
}

function PanelButton(): VNode {
  const shown = room.value === "wide" ? panelShown.value : panelSheet.value;
  return <IconButton class={shown ? "pressed" : ""} icon={PanelRight} label={t("key.panel")} aria-pressed={shown} onClick={togglePanel} />;
}

function Responsible({ row }: { row: Row }): VNode | null {
  const { assignee, participants } = row.conversation;
  if (assignee === null) return null;
  const others = participants.filter((id) => id !== assignee).map(agentObject);
  return (
    <span class="opt">
      {" · "}
      <SmallFace agent={assignee} />
      {others.length === 0
        ? t("header.assignee", { name: agentLabel(assignee) })
        : t("header.assigneeAnd", { name: agentLabel(assignee), others: listNames(others) })}
    </span>
  );
}

/** What it is about, where there is room for it; the panel has it always. */
function About({ row }: { row: Row }): VNode | null {
  const words = aboutWords(row.conversation);
  if (words.length === 0) return null;
  return (
    <span class="opt" data-about dir="auto">
      {" · "}
      {words.join(", ")}
    </span>
  );
}

/** Colleagues who have this conversation on their screen now. */
function Viewers({ row }: { row: Row }): VNode | null {
  const names = (viewing.value.get(row.conversation.id) ?? []).filter((id) => id !== me.value.id).map(agentLabel);
  if (names.length === 0) return null;
  const text = t("header.viewing", { n: names.length, names: listNames(names) });
  return (
    <span class="chip viewers" data-tip={text}>
      <Icon of={Eye} size={14} />
      <span class="sr-only">{text}</span>
      <span aria-hidden="true">{names.length === 1 ? names[0] : names.length}</span>
    </span>
  );
}

/** Sets apart the account that writes here, where the person has another one. */
function apartEntry(row: Row): MenuEntry | false {
  const contact = details.value.get(row.conversation.id)?.contact;
  const identity = contact?.identities.find((one) => one.id === row.conversation.identity);
  if (!may(row, "edit_contact") || !contact || !identity || contact.identities.length < 2) return false;
  return { id: "apart", label: t("action.setApart"), icon: UserMinus, run: () => (dialog.value = { kind: "set_apart", contact, identity }) };
}

/** Everything that can be done here now; a verb the row does not allow is not offered. */
export function moreItems(row: Row): MenuEntry[] {
  const { id, participants } = row.conversation;
  const verb = (name: "release" | "join" | "leave") => () => void perform(id, name).catch(complain);
  const people = t(participants.length > 0 ? "action.participants" : "action.addParticipant");
  const entries: (MenuEntry | false)[] = [
    may(row, "take") && { id: "take", label: t("action.take"), icon: UserCheck, keys: "T", run: () => void perform(id, "take").catch(complain) },
    (may(row, "assign") || untilOpen(row) !== false) && { id: "assign", label: t("action.assign"), icon: UserPlus, keys: "A", disabled: !may(row, "assign") && untilOpen(row), run: () => (dialog.value = { kind: "assign", conversation: id }) },
    may(row, "release") && { id: "release", label: t("action.release"), icon: RotateCcw, run: verb("release") },
    may(row, "join") && { id: "join", label: t("action.join"), icon: UserPlus, run: verb("join") },
    may(row, "leave") && { id: "leave", label: t("action.leave"), icon: LogOut, run: verb("leave") },
    (may(row, "add_participant") || participants.length > 0) && {
      id: "participants",
      label: people,
      icon: Users,
      run: () => (dialog.value = { kind: "participants", conversation: id }),
    },
    may(row, "reply") &&
      inboxesToInvite(row.conversation.inbox).length > 0 && {
        id: "invite",
        label: t("action.invite"),
        icon: Smartphone,
        run: () => (dialog.value = { kind: "invite", conversation: id }),
      },
    may(row, "reply") && settings.value.meetings && { id: "meeting", label: t("action.meeting"), icon: Video, run: () => void offerMeeting(id).catch(complain) },
    may(row, "edit_contact") && { id: "same_person", label: t("action.joinPeople"), icon: UsersRound, run: () => (dialog.value = { kind: "join_people", conversation: id }) },
    apartEntry(row),
    may(row, "block") && { id: "block", label: t("action.block"), icon: Ban, keys: "⇧B", run: () => (dialog.value = { kind: "block", conversation: id }) },
    may(row, "unblock") && { id: "unblock", label: t("action.unblock"), icon: Ban, keys: "⇧B", run: () => (dialog.value = { kind: "unblock", conversation: id }) },
    statusItem(row),
    ...snoozeItems(row),
    ...sortingItems(row),
    "line",
    { id: "unread", label: t("action.markUnread"), icon: Mail, keys: "⇧U", run: () => void unsee(id).catch(complain) },
    followEntry(row),
    { id: "link", label: t("action.copyLink"), icon: Copy, run: () => void copyText(location.href, "toast.copied") },
    may(row, "close") && { id: "close", label: t("action.close"), icon: CircleCheck, keys: "E", run: () => void closeConversation(id, "list").catch(complain) },
    may(row, "reopen") && { id: "reopen", label: t("action.reopen"), icon: RotateCcw, run: () => void perform(id, "reopen").catch(complain) },
    ...trashItems(row),
  ];
  const shown = entries.filter((entry) => entry !== false);
  return shown[0] === "line" ? shown.slice(1) : shown;
}
