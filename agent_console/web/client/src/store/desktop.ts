import { go } from "./route.ts";

export type DesktopState = "granted" | "denied" | "default" | "unsupported";

export function desktopState(): DesktopState {
  return "Notification" in window ? Notification.permission : "unsupported";
}

/** Asks the browser; must be called from a click. */
export async function askForDesktop(): Promise<DesktopState> {
  return "Notification" in window ? Notification.requestPermission() : "unsupported";
}

/** One notice a conversation: the tag makes a later one replace the earlier. */
export function desktopNotice(conversation: number, title: string, body: string): void {
  if (desktopState() !== "granted") return;
  const notice = new Notification(title, { body, tag: `deskbridge.${conversation}` });
  notice.onclick = () => {
    window.focus();
    go({ conversation });
    notice.close();
  };
}
