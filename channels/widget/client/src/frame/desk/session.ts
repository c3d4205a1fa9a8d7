import { ApiError, Backoff } from "@deskbridge/ui";
import type { Api } from "../api.ts";
import type { Session, Visit } from "../../shared/protocol.ts";

export type Wish = { token?: string; identity?: string; locale: string; visit: Visit };

export type Outcome = {
  begun: (session: Session) => void;
  /** The signed identity was not accepted; the visitor goes on without it. */
  unproven: () => void;
  /** The server will not have this widget: nothing to retry. */
  refused: (code: string) => void;
};

/** Waits, but no longer than until the browser is online again. */
function pause(ms: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, ms);
    addEventListener("online", () => done(), { once: true });
  });
}

/** Gets a session, trying again while the network or the server is away. A later call overtakes an earlier one. */
export class SessionKeeper {
  private generation = 0;

  constructor(
    private readonly api: Api,
    private readonly outcome: Outcome,
  ) {}

  async start(wish: Wish): Promise<void> {
    const generation = ++this.generation;
    const backoff = new Backoff();
    for (;;) {
      const answer = await this.ask(wish);
      if (generation !== this.generation) return;
      if (!(answer instanceof ApiError)) return this.outcome.begun(answer);
      if (answer.code === "identity_invalid") {
        delete wish.identity;
        this.outcome.unproven();
      } else if (answer.passing) await pause(backoff.next());
      else return this.outcome.refused(answer.code);
    }
  }

  private async ask(wish: Wish): Promise<Session | ApiError> {
    try {
      return await this.api.session(wish);
    } catch (error) {
      if (error instanceof ApiError) return error;
      throw error;
    }
  }
}
