import { ApiError } from "@deskbridge/ui";
import type { Page, Thread, WMessage } from "../../shared/protocol.ts";
import type { Api } from "../api.ts";
import type { Core } from "./core.ts";

/** How many unread threads are fetched unasked, so that their messages count as delivered. */
const PREFETCHED = 5;
const RETRY_AFTER = 3000;
const NOTHING_YET: Page = { messages: [], has_before: false, cursor: "" };

/** Fetches the messages of threads, a page at a time. */
export class Logs {
  private readonly loading = new Set<string>();

  constructor(
    private readonly core: Core,
    private readonly api: Api,
    private readonly arrived: (messages: WMessage[]) => void,
  ) {}

  /** The thread on show, and those with something new. */
  fetchFirst(threads: Thread[]): void {
    const { shown } = this.core;
    if (shown !== null) void this.open(shown);
    const unread = threads.filter((one) => one.unread > 0 && one.thread !== shown);
    for (const { thread } of unread.slice(0, PREFETCHED)) void this.open(thread);
  }

  /** Fetches a thread's end, where that was not done yet. A thread that the server does not know has nothing to fetch. */
  async open(thread: string): Promise<void> {
    if (this.core.data.logs[thread]?.loaded) return;
    if (this.core.knows(thread)) await this.fetch(thread);
    else this.core.dispatch({ type: "page", thread, page: NOTHING_YET });
  }

  /** Earlier messages of a thread. */
  async fetchBefore(thread: string): Promise<void> {
    const first = this.core.data.logs[thread]?.messages[0];
    if (first) await this.fetch(thread, first.id);
  }

  private async fetch(thread: string, before?: number): Promise<void> {
    const { token } = this.api;
    // What an earlier session has asked for is dropped when it comes, so it does not stand for what this one asks.
    const key = `${token} ${thread} ${before ?? ""}`;
    if (this.loading.has(key)) return;
    this.loading.add(key);
    try {
      const page = await this.api.messages(thread, before);
      if (token !== this.api.token) return;
      this.arrived(page.messages);
      this.core.dispatch({ type: "page", thread, page });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (token !== this.api.token) return;
      if (error.passing) setTimeout(() => void this.fetch(thread, before), RETRY_AFTER);
      else this.core.post({ type: "error", code: error.code });
    } finally {
      this.loading.delete(key);
    }
  }
}
