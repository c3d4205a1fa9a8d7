import { go, pathOf, type Route } from "./route.ts";

export type DesktopState = "granted" | "denied" | "default" | "unsupported";

export function desktopState(): DesktopState {
  return "Notification" in window ? Notification.permission : "unsupported";
}

/** Asks the browser; must be called from a click. */
export async function askForDesktop(): Promise<DesktopState> {
  return "Notification" in window ? Notification.requestPermission() : "unsupported";
}

/** One notice a conversation or chat: the tag makes a later one replace the earlier. */
export function desktopNotice(to: Route, title: string, body: string): void {
  if (desktopState() !== "granted") return;
  const notice = new Notification(title, { body, tag: `deskbridge.${to.conversation ?? pathOf(to)}` });
  notice.onclick = () => {
    window.focus();
    go(to);
    notice.close();
  };
}
