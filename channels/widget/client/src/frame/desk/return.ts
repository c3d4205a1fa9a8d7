import { ApiError, Backoff } from "@deskbridge/ui";
import type { Api } from "../api.ts";
import type { Core } from "./core.ts";

export type Returning = {
  /** Keeps the visitor's token: whoever asks again, should the answer be lost, must be the same. */
  remember: () => void;
  reached: (thread: string) => Promise<void>;
};

/** Brings a visitor who came by a link back to its conversation. The loader keeps the link's token until that is done. */
export class Return {
  private asked: string | undefined;
  private readonly backoff = new Backoff();

  constructor(
    private readonly core: Core,
    private readonly api: Api,
    private readonly on: Returning,
  ) {}

  /** Call when there is a session, or when the host page has told something: there may be a link to follow. */
  look(): void {
    const { back } = this.core.host;
    if (back === undefined || back === this.asked || this.core.store.value.phase !== "ready") return;
    this.asked = back;
    void this.follow(back);
  }

  private async follow(token: string): Promise<void> {
    this.core.store.set({ spent: false });
    this.on.remember();
    try {
      const { thread } = await this.api.comeBack(token);
      this.core.post({ type: "save", data: {}, tab: { back: undefined } });
      if (thread === null) this.core.store.set({ spent: true });
      else await this.on.reached(thread);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setTimeout(() => this.again(), this.backoff.next());
    }
  }

  private again(): void {
    this.asked = undefined;
    this.look();
  }
}
