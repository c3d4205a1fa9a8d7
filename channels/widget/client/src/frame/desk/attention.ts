import type { Core } from "./core.ts";
import type { Line } from "./line.ts";

/** What the visitor has in front of them, and therefore has read. */
export class Attention {
  private readonly readUpTo = new Map<string, number>();
  private unread = 0;
  private atBottom = true;

  constructor(
    private readonly core: Core,
    private readonly line: Line,
  ) {
    document.addEventListener("visibilitychange", () => this.looked());
  }

  /** The panel is open and its page in front. */
  get isSeen(): boolean {
    return this.core.host.open && document.visibilityState === "visible";
  }

  /** Call when the panel opened or closed. */
  looked(): void {
    this.line.send({ type: "visible", visible: this.isSeen });
    this.markRead();
  }

  /** Whether the newest message of the shown thread is in sight. */
  setAtBottom(atBottom: boolean): void {
    this.atBottom = atBottom;
    this.markRead();
  }

  /** What was reported on an earlier connection may be lost with it: report anew. */
  forget(): void {
    this.readUpTo.clear();
  }

  /** Read means seen: the panel open, the page in front, the end of the thread in sight. */
  markRead(): void {
    const { shown, data } = this.core;
    const row = data.threads.find((one) => one.thread === shown);
    if (shown === null || !row || row.unread === 0 || !this.atBottom || !this.isSeen) return;
    const last = data.logs[shown]?.messages.findLast((message) => message.from !== "visitor");
    if (!last || last.id <= (this.readUpTo.get(shown) ?? 0)) return;
    if (!this.line.send({ type: "read", thread: shown, message_id: last.id })) return;
    this.readUpTo.set(shown, last.id);
    this.core.dispatch({ type: "read", thread: shown });
  }

  /** Tells the launcher how many messages wait. */
  countUnread(): void {
    const count = this.core.data.threads.reduce((sum, one) => sum + one.unread, 0);
    if (count === this.unread) return;
    this.unread = count;
    this.core.post({ type: "unread", count });
  }
}
