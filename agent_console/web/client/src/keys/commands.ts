/** What each command does, and when it is there to be done. */
import type { FolderId, PresenceChoice } from "../api/types.ts";
import { signOutNow } from "../store/boot.ts";
import { canEditLast, editLast } from "../store/editing.ts";
import { tags, topicsAreUsed } from "../store/labels.ts";
import { FOLDERS, show } from "../store/list.ts";
import { addToSelection, askToDelete, deletesSelected, selectAll, toggleSelected } from "../store/selection.ts";
import { savePreferences } from "../store/preferences.ts";
import { choosePresence } from "../store/presence.ts";
import { openId, openRow, unsee } from "../store/reading.ts";
import { go, type Page } from "../store/route.ts";
import { maySee } from "../store/pages.ts";
import { hasPresence, prefs } from "../store/session.ts";
import { watchesChannels } from "../store/channel-words.ts";
import { unread } from "../store/order.ts";
import { canSuggest, suggest } from "../store/suggested.ts";
import { cursor, dialog, focusOn, moreMenu, togglePanel, write } from "../store/ui.ts";
import { unsnooze } from "../store/snoozing.ts";
import { closeConversation, complain, may, neighbour, perform } from "../store/verbs.ts";
import { escape, pickFocused, quoteFocused } from "./focus.ts";
import type { CommandId } from "./map.ts";

export type Command = { when: () => boolean; run: () => void };

const always = (): boolean => true;
const opened = (): boolean => openId.peek() !== null;
const can = (verb: Parameters<typeof may>[1]) => (): boolean => may(openRow.peek(), verb);

const doing = (work: () => Promise<unknown>) => (): void => void work().catch(complain);
const withOpen = (work: (id: number) => Promise<unknown>): (() => void) => doing(async () => {
  const id = openId.peek();
  if (id !== null) await work(id);
});

function move(step: 1 | -1): void {
  const next = neighbour(cursor.peek() ?? openId.peek(), step);
  if (next === null) return;
  cursor.value = next;
  focusOn("list");
}

function toUnread(step: 1 | -1): void {
  const next = neighbour(openId.peek() ?? cursor.peek(), step, (row) => unread(row) > 0);
  if (next !== null) go({ conversation: next });
}

const atCursor = (): number | null => cursor.peek() ?? openId.peek();

/** Selects the row under the cursor and the one it moves to. */
function extend(step: 1 | -1): void {
  const from = atCursor();
  move(step);
  for (const id of [from, cursor.peek()]) if (id !== null) addToSelection(id);
}

function openCursor(): void {
  const id = cursor.peek();
  if (id !== null) go({ conversation: id });
}

const toFolder = (folder: FolderId): Command => ({ when: always, run: doing(() => show(folder)) });
const toPresence = (to: PresenceChoice): Command => ({ when: () => hasPresence.peek(), run: doing(() => choosePresence(to)) });
const theme = (to: "light" | "dark" | "auto"): Command => ({ when: always, run: doing(() => savePreferences({ theme: to })) });

const toPage = (page: Page): Command => ({ when: () => maySee(page), run: () => go({ conversation: null, page }) });

function openDialog(kind: "settings" | "shortcuts" | "palette" | "channels" | "filters"): void {
  dialog.value = { kind };
}

function openForConversation(kind: "assign" | "participants" | "block" | "unblock" | "topics" | "tags" | "status" | "snooze"): void {
  const conversation = openId.peek();
  if (conversation !== null) dialog.value = { kind, conversation };
}

export const COMMANDS: Record<CommandId, Command> = {
  "list.next": { when: always, run: () => move(1) },
  "list.previous": { when: always, run: () => move(-1) },
  "list.open": { when: () => cursor.peek() !== null, run: openCursor },
  "unread.next": { when: always, run: () => toUnread(1) },
  "unread.previous": { when: always, run: () => toUnread(-1) },
  search: { when: always, run: () => focusOn("search") },
  "folder.new": toFolder("new"),
  "folder.mine": toFolder("mine"),
  "folder.all": toFolder("all"),
  "folder.closed": toFolder("closed"),
  "folder.deleted": { ...toFolder("deleted"), when: () => FOLDERS.peek().includes("deleted") },
  select: { when: () => atCursor() !== null, run: () => toggleSelected(atCursor()!) },
  "select.next": { when: always, run: () => extend(1) },
  "select.previous": { when: always, run: () => extend(-1) },
  "select.all": { when: always, run: doing(selectAll) },
  "select.delete": { when: deletesSelected, run: askToDelete },
  "mark.unread": { when: opened, run: withOpen((id) => unsee(id)) },
  reply: { when: () => can("reply")() || can("take")(), run: withOpen(reply) },
  note: { when: can("note"), run: () => write("note") },
  take: { when: can("take"), run: withOpen((id) => perform(id, "take")) },
  assign: { when: can("assign"), run: () => openForConversation("assign") },
  release: { when: can("release"), run: withOpen((id) => perform(id, "release")) },
  "close.next": { when: can("close"), run: withOpen((id) => closeConversation(id, "next")) },
  "close.stay": { when: can("close"), run: withOpen((id) => closeConversation(id, "stay")) },
  reopen: { when: can("reopen"), run: withOpen((id) => perform(id, "reopen")) },
  join: { when: can("join"), run: withOpen((id) => perform(id, "join")) },
  leave: { when: can("leave"), run: withOpen((id) => perform(id, "leave")) },
  participants: { when: opened, run: () => openForConversation("participants") },
  block: { when: () => can("block")() || can("unblock")(), run: () => openForConversation(can("block")() ? "block" : "unblock") },
  topics: { when: () => can("set_topics")() && topicsAreUsed(), run: () => openForConversation("topics") },
  tags: { when: () => can("tag")() && tags.peek().size > 0, run: () => openForConversation("tags") },
  status: { when: can("set_status"), run: () => openForConversation("status") },
  snooze: { when: can("snooze"), run: () => openForConversation("snooze") },
  unsnooze: { when: () => can("snooze")() && openRow.peek()?.conversation.snoozed_until !== undefined, run: withOpen(unsnooze) },
  filters: { when: always, run: () => openDialog("filters") },
  quote: { when: opened, run: quoteFocused },
  pick: { when: opened, run: pickFocused },
  panel: { when: opened, run: togglePanel },
  more: { when: opened, run: () => void (moreMenu.value += 1) },
  send: { when: () => false, run: () => undefined },
  "send.close": { when: () => false, run: () => undefined },
  attach: { when: () => false, run: () => undefined },
  suggest: { when: () => canSuggest(openRow.peek()), run: withOpen(suggest) },
  "edit.last": { when: canEditLast, run: editLast },
  escape: { when: always, run: escape },
  palette: { when: always, run: () => openDialog("palette") },
  shortcuts: { when: always, run: () => openDialog("shortcuts") },
  settings: { when: always, run: () => openDialog("settings") },
  channels: { when: watchesChannels, run: () => openDialog("channels") },
  colleagues: toPage("colleagues"),
  reports: toPage("reports"),
  audit: toPage("audit"),
  desk: toPage("desk"),
  "presence.online": toPresence("online"),
  "presence.break": toPresence("break"),
  "presence.offline": toPresence("offline"),
  rail: { when: always, run: doing(() => savePreferences({ keep_rail: !prefs.peek().keep_rail })) },
  "theme.light": theme("light"),
  "theme.dark": theme("dark"),
  "theme.auto": theme("auto"),
  "sign.out": { when: always, run: doing(signOutNow) },
};

/** "Reply to dialog": taking an untaken one comes first, as the press on its button does. */
async function reply(id: number): Promise<void> {
  const row = openRow.peek();
  if (row && row.conversation.assignee === null && may(row, "take") && !(await perform(id, "take"))) return;
  write("reply");
}
