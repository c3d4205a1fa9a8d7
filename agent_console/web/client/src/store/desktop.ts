/** Notices of the system: leave to show them, the notices themselves, and their end once they are no news. */
import { effect } from "@preact/signals";
import { chats } from "./chats.ts";
import { desk } from "./desk.ts";
import { go, pathOf, type Route } from "./route.ts";
import { session } from "./session.ts";
import { looks } from "./tabs.ts";

export type DesktopState = "granted" | "denied" | "default" | "unsupported";
type Shown = { notice: Notification; seen: () => boolean };

/** What stands on the screen, if the agent has not put it away, by tag: one of each conversation or chat. */
const shown = new Map<string, Shown>();
/** A phone's browser has the name of notices, and makes none for a page. */
let refused = false;
let following: (() => void) | null = null;

export function desktopState(): DesktopState {
  return "Notification" in window && !refused ? Notification.permission : "unsupported";
}

/** Asks the browser; must be called from a click. */
export async function askForDesktop(): Promise<DesktopState> {
  return "Notification" in window ? Notification.requestPermission() : "unsupported";
}

/**
 * One notice a conversation or chat: a later one takes the place of the earlier, and comes up as the first did. It goes
 * away as soon as it is `seen`, in one of the tabs or elsewhere, and none of them outlives the session.
 */
export function desktopNotice(to: Route, title: string, body: string, seen: () => boolean): void {
  if (desktopState() !== "granted") return;
  const tag = tagOf(to);
  const notice = make(title, body, tag);
  if (!notice) return;
  shown.set(tag, { notice, seen });
  following ??= effect(closeSeen);
  notice.onclick = () => {
    window.focus();
    go(to);
    close(tag);
  };
}

function closeSeen(): void {
  const signedOut = session.value === null;
  void [desk.value, chats.value, looks.value];
  for (const [tag, { seen }] of [...shown]) if (signedOut || seen()) close(tag);
}

const tagOf = (to: Route): string => `deskbridge.${to.conversation ?? pathOf(to)}`;

function close(tag: string): void {
  shown.get(tag)?.notice.close();
  shown.delete(tag);
}

/** Silent, since sound is a way of its own, which may be switched off; null where the browser makes none after all. */
function make(title: string, body: string, tag: string): Notification | null {
  const options: NotificationOptions & { renotify: boolean } = { body, tag, renotify: true, silent: true };
  try {
    return new Notification(title, options);
  } catch {
    refused = true;
    return null;
  }
}
