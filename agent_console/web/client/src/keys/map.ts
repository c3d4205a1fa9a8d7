/** The keyboard map. A verb that does not exist has no key here, and so none in the sheet or the palette. */
import type { Key } from "../i18n/index.ts";
import type { Chord } from "./chords.ts";

export type Place = "list" | "conversation" | "composer" | "general";

export type Binding = { id: CommandId; title: Key; place: Place; chords: readonly Chord[] };

export type CommandId =
  | "list.next"
  | "list.previous"
  | "list.open"
  | "unread.next"
  | "unread.previous"
  | "search"
  | "folder.new"
  | "folder.mine"
  | "folder.all"
  | "folder.closed"
  | "folder.deleted"
  | "select"
  | "select.next"
  | "select.previous"
  | "select.all"
  | "select.delete"
  | "reply"
  | "note"
  | "take"
  | "assign"
  | "release"
  | "close.next"
  | "close.stay"
  | "reopen"
  | "join"
  | "leave"
  | "participants"
  | "block"
  | "topics"
  | "tags"
  | "status"
  | "snooze"
  | "unsnooze"
  | "filters"
  | "mark.unread"
  | "panel"
  | "more"
  | "quote"
  | "pick"
  | "send"
  | "send.close"
  | "attach"
  | "suggest"
  | "edit.last"
  | "escape"
  | "palette"
  | "shortcuts"
  | "settings"
  | "channels"
  | "colleagues"
  | "reports"
  | "audit"
  | "desk"
  | "theme.light"
  | "theme.dark"
  | "theme.auto"
  | "presence.online"
  | "presence.break"
  | "presence.offline"
  | "rail"
  | "sign.out";

const goTo = (code: string): Chord => ({ code, after: "KeyG" });

export const BINDINGS: readonly Binding[] = [
  { id: "list.next", title: "key.next", place: "list", chords: [{ code: "KeyJ" }] },
  { id: "list.previous", title: "key.previous", place: "list", chords: [{ code: "KeyK" }] },
  { id: "list.open", title: "key.open", place: "list", chords: [{ code: "KeyO" }, { code: "Enter" }] },
  { id: "unread.next", title: "key.nextUnread", place: "list", chords: [{ code: "ArrowDown", alt: true, shift: true, typing: true }] },
  { id: "unread.previous", title: "key.previousUnread", place: "list", chords: [{ code: "ArrowUp", alt: true, shift: true, typing: true }] },
  { id: "search", title: "key.search", place: "list", chords: [{ code: "Slash", key: "/" }] },
  { id: "filters", title: "filter.title", place: "list", chords: [] },
  { id: "folder.new", title: "key.goNew", place: "list", chords: [goTo("KeyN")] },
  { id: "folder.mine", title: "key.goMine", place: "list", chords: [goTo("KeyM")] },
  { id: "folder.all", title: "key.goAll", place: "list", chords: [goTo("KeyA")] },
  { id: "folder.closed", title: "key.goClosed", place: "list", chords: [goTo("KeyC")] },
  { id: "folder.deleted", title: "key.goDeleted", place: "list", chords: [goTo("KeyD")] },
  { id: "select", title: "key.select", place: "list", chords: [{ code: "KeyX" }] },
  { id: "select.next", title: "key.selectNext", place: "list", chords: [{ code: "KeyJ", shift: true }] },
  { id: "select.previous", title: "key.selectPrevious", place: "list", chords: [{ code: "KeyK", shift: true }] },
  { id: "select.all", title: "select.all", place: "list", chords: [] },
  { id: "select.delete", title: "key.deleteSelected", place: "list", chords: [{ code: "Delete" }] },
  { id: "mark.unread", title: "action.markUnread", place: "list", chords: [{ code: "KeyU", shift: true }] },
  { id: "reply", title: "key.reply", place: "conversation", chords: [{ code: "KeyR" }] },
  { id: "note", title: "key.note", place: "conversation", chords: [{ code: "KeyN" }] },
  { id: "take", title: "action.take", place: "conversation", chords: [{ code: "KeyT" }, { code: "KeyI" }] },
  { id: "assign", title: "action.assign", place: "conversation", chords: [{ code: "KeyA" }] },
  { id: "release", title: "action.release", place: "conversation", chords: [] },
  { id: "close.next", title: "key.closeNext", place: "conversation", chords: [{ code: "KeyE" }] },
  { id: "close.stay", title: "key.closeStay", place: "conversation", chords: [{ code: "KeyE", shift: true }] },
  { id: "reopen", title: "action.reopen", place: "conversation", chords: [] },
  { id: "join", title: "action.join", place: "conversation", chords: [] },
  { id: "leave", title: "action.leave", place: "conversation", chords: [] },
  { id: "participants", title: "action.participants", place: "conversation", chords: [] },
  { id: "block", title: "key.block", place: "conversation", chords: [{ code: "KeyB", shift: true }] },
  { id: "topics", title: "action.topics", place: "conversation", chords: [{ code: "KeyM" }] },
  { id: "tags", title: "action.tags", place: "conversation", chords: [{ code: "KeyL" }] },
  { id: "status", title: "status.change", place: "conversation", chords: [{ code: "KeyS" }] },
  { id: "snooze", title: "action.snooze", place: "conversation", chords: [{ code: "KeyZ" }] },
  { id: "unsnooze", title: "action.unsnooze", place: "conversation", chords: [] },
  { id: "quote", title: "key.quote", place: "conversation", chords: [{ code: "Period", key: ">", shift: true }] },
  { id: "pick", title: "key.pick", place: "conversation", chords: [{ code: "KeyX", shift: true }] },
  { id: "panel", title: "key.panel", place: "conversation", chords: [{ code: "KeyP" }] },
  { id: "more", title: "key.more", place: "conversation", chords: [{ code: "Period", key: "." }] },
  { id: "send", title: "key.send", place: "composer", chords: [{ code: "Enter", mod: true, typing: true }] },
  { id: "send.close", title: "key.sendClose", place: "composer", chords: [{ code: "Enter", alt: true, typing: true }] },
  { id: "attach", title: "key.attach", place: "composer", chords: [{ code: "KeyA", mod: true, alt: true, typing: true }] },
  { id: "suggest", title: "key.suggest", place: "composer", chords: [{ code: "KeyS", mod: true, alt: true, typing: true }] },
  { id: "edit.last", title: "key.editLast", place: "composer", chords: [{ code: "ArrowUp", inEmpty: true }] },
  { id: "escape", title: "key.escape", place: "composer", chords: [{ code: "Escape", typing: true }] },
  { id: "palette", title: "key.palette", place: "general", chords: [{ code: "KeyK", mod: true, typing: true }] },
  { id: "shortcuts", title: "key.shortcuts", place: "general", chords: [{ code: "Slash", key: "?", shift: true }] },
  { id: "settings", title: "settings.title", place: "general", chords: [] },
  { id: "channels", title: "channels.title", place: "general", chords: [] },
  { id: "colleagues", title: "page.colleagues", place: "general", chords: [goTo("KeyT")] },
  { id: "reports", title: "page.reports", place: "general", chords: [goTo("KeyR")] },
  { id: "audit", title: "page.audit", place: "general", chords: [goTo("KeyU")] },
  { id: "desk", title: "page.desk", place: "general", chords: [goTo("KeyS")] },
  { id: "presence.online", title: "presence.goOnline", place: "general", chords: [] },
  { id: "presence.break", title: "presence.takeBreak", place: "general", chords: [] },
  { id: "presence.offline", title: "presence.goOffline", place: "general", chords: [] },
  { id: "rail", title: "settings.keepRail", place: "general", chords: [] },
  { id: "theme.light", title: "key.themeLight", place: "general", chords: [] },
  { id: "theme.dark", title: "key.themeDark", place: "general", chords: [] },
  { id: "theme.auto", title: "key.themeAuto", place: "general", chords: [] },
  { id: "sign.out", title: "session.signOut", place: "general", chords: [] },
];

/** Keys that only the composer's own text field knows; the sheet lists them beside the others. */
export const COMPOSER_SIGNS: readonly { title: Key; sign: string }[] = [
  { title: "key.quickReplies", sign: "/" },
  { title: "key.emoji", sign: ":" },
];

export const PLACES: readonly Place[] = ["list", "conversation", "composer", "general"];
