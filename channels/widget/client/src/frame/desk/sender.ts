import { ApiError, Backoff } from "@deskbridge/ui";
import type { Outgoing } from "../../shared/port.ts";
import type { WMessage } from "../../shared/protocol.ts";

/** What the sender needs of the rest; each call may be repeated with the same item until one of the last three ends it. */
export type Sending = {
  /** The oldest queued item, or nothing (also while there is no session yet). */
  next: () => Outgoing | undefined;
  files: (client_id: string) => File[] | undefined;
  upload: (file: File) => Promise<{ id: string }>;
  uploaded: (client_id: string, at: number, upload: string) => void;
  /** Waits for its time to go; false if it was dropped meanwhile. */
  ready: (client_id: string) => Promise<boolean>;
  post: (item: Outgoing, uploads: string[]) => Promise<WMessage>;
  /** The token was refused: get a session anew. */
  renew: () => Promise<void>;
  /** What it quotes is not there any more: it goes without. */
  unquoted: (client_id: string) => void;
  stored: (client_id: string, message: WMessage) => void;
  /** It had arrived, and was deleted for good since: nothing of it is to be sent or shown. */
  gone: (client_id: string) => void;
  failed: (client_id: string, reason: string, detail: Record<string, unknown>) => void;
};

/**
 * Sends the outbox one item after the other. A repeated attempt carries the same client_id, so the server stores a
 * message once however often its answer is lost. Only a refusal that will not pass by itself marks an item as failed.
 */
export class Sender {
  private running = false;
  private again = false;
  private readonly backoff = new Backoff();
  private endPause: (() => void) | undefined;

  constructor(private readonly sending: Sending) {}

  /** Call when something was queued, or when the line is back: it starts, or ends a pause. */
  wake(): void {
    this.endPause?.();
    this.again = true;
    if (!this.running) void this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      while (this.again) {
        this.again = false;
        for (let item = this.sending.next(); item; item = this.sending.next()) await this.attempt(item);
      }
    } finally {
      this.running = false;
    }
  }

  private async attempt(item: Outgoing): Promise<void> {
    const { client_id } = item;
    try {
      const uploads = await this.uploadAll(item);
      if (uploads === null) return this.sending.failed(client_id, "files_lost", {});
      if (!(await this.sending.ready(client_id))) return;
      this.sending.stored(client_id, await this.sending.post(item, uploads));
      this.backoff.reset();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      await this.afterRefusal(item, error);
    }
  }

  /** The ids of all uploads; null if bytes are gone, since the page was reloaded before they went out. */
  private async uploadAll(item: Outgoing): Promise<string[] | null> {
    const files = this.sending.files(item.client_id);
    const ids: string[] = [];
    for (const [at, { upload }] of (item.files ?? []).entries()) {
      const file = files?.[at];
      if (upload !== undefined) ids.push(upload);
      else if (!file) return null;
      else {
        const { id } = await this.sending.upload(file);
        this.sending.uploaded(item.client_id, at, id);
        ids.push(id);
      }
    }
    return ids;
  }

  private async afterRefusal({ client_id, reply_to }: Outgoing, error: ApiError): Promise<void> {
    if (error.status === 401) {
      await this.sending.renew();
      await this.pause(this.backoff.next());
    } else if (error.status === 429) {
      const seconds = Number(error.detail["retry_after"]);
      await new Promise((done) => setTimeout(done, seconds > 0 ? seconds * 1000 : this.backoff.next()));
    } else if (error.passing) await this.pause(this.backoff.next());
    else if (error.code === "not_found" && reply_to) this.sending.unquoted(client_id);
    else if (error.code === "purged") this.sending.gone(client_id);
    else this.sending.failed(client_id, error.code, { ...error.detail, fields: error.fields });
  }

  /** Waits, unless `wake` says that it is worth trying now. */
  private pause(ms: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.endPause = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}
