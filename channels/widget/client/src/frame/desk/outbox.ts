import { uuid } from "@deskbridge/ui";
import type { Outgoing, Stored } from "../../shared/port.ts";
import type { Quote, WMessage } from "../../shared/protocol.ts";
import type { Api } from "../api.ts";
import { visitOf } from "../visit.ts";
import type { Core } from "./core.ts";
import type { Data } from "./data.ts";
import { Gate } from "./gate.ts";
import { contactOf } from "./person.ts";
import { Sender } from "./sender.ts";

/** How many files the server takes with one message. */
const MOST_FILES = 10;

/** What the visitor has written and the server has not answered for yet. It is kept by the loader through reloads. */
export class Outbox {
  /** Bytes of files not yet sent, by the message's client_id. */
  private readonly files = new Map<string, File[]>();
  private readonly sender: Sender;
  private readonly gate = new Gate();
  private toldContact = "";

  constructor(
    private readonly core: Core,
    private readonly api: Api,
    renew: () => Promise<void>,
    private readonly written: () => void,
  ) {
    this.sender = new Sender({
      next: () => (this.api.token ? this.core.data.outbox.find((item) => item.state === "queued") : undefined),
      files: (client_id) => this.files.get(client_id),
      upload: (file) => this.api.upload(file),
      uploaded: (client_id, at, upload) => this.core.dispatch({ type: "uploaded", client_id, at, upload }),
      ready: (client_id) => this.ready(client_id),
      post: (item, uploads) => this.gate.pass(this.post(item, uploads)),
      renew,
      stored: (client_id, message) => this.stored(client_id, message),
      unquoted: (client_id) => this.core.dispatch({ type: "unquote", client_id }),
      gone: (client_id) => this.discard(client_id),
      failed: (client_id, reason, detail) => this.core.dispatch({ type: "fail", client_id, reason, detail }),
    });
  }

  /** One message, or several where there are more files than one may carry. */
  send(thread: string, text: string, files: File[], reply: Quote | null): void {
    this.queue(thread, text, files.slice(0, MOST_FILES), reply);
    for (let at = MOST_FILES; at < files.length; at += MOST_FILES)
      this.queue(thread, "", files.slice(at, at + MOST_FILES), null);
    this.written();
    this.wake();
  }

  retry(client_id: string): void {
    this.core.dispatch({ type: "retry", client_id });
    this.wake();
  }

  discard(client_id: string): void {
    this.files.delete(client_id);
    this.core.dispatch({ type: "discard", client_id });
  }

  /** A waiting message's files, with their bytes as long as this page has them. */
  waitingFiles({
    client_id,
    files = [],
  }: Outgoing): { name: string; type: string; size: number; file?: File | undefined }[] {
    const held = this.files.get(client_id);
    return files.map(({ name, type, size }, at) => ({ name, type, size, file: held?.[at] }));
  }

  /** Call when there is a session or a line again. */
  wake(): void {
    this.sender.wake();
  }

  /**
   * Keeps what is written from going out until `release`; resolves once nothing is on its way any more. A message that
   * crosses with the proof of who wrote it would be stored as nobody's.
   */
  hold(): Promise<void> {
    return this.gate.shut();
  }

  release(): void {
    this.gate.open();
  }

  /** Drops everything: what one person wrote is not another's to send. */
  clear(): void {
    for (const { client_id } of this.core.data.outbox) this.discard(client_id);
  }

  /** Takes over what earlier pages, or this one before a reload, could not send. Sending a thing twice does no harm. */
  adopt(stored: Stored): void {
    const keys = Object.keys(stored).filter((key): key is `outbox:${string}` => key.startsWith("outbox:"));
    const items = keys.flatMap((key) => stored[key] ?? []);
    if (items.length === 0) return;
    this.core.save(Object.fromEntries(keys.map((key) => [key, undefined])));
    this.core.dispatch({ type: "queue", items });
  }

  /** Has the loader keep the outbox as it is now. */
  persist(before: Data): void {
    const { outbox } = this.core.data;
    if (outbox === before.outbox) return;
    this.core.save({ [`outbox:${this.core.host.tab}`]: outbox.length > 0 ? outbox : undefined });
  }

  private async ready(client_id: string): Promise<boolean> {
    await this.gate.opened;
    return this.core.data.outbox.some((item) => item.client_id === client_id);
  }

  private queue(thread: string, text: string, files: File[], reply: Quote | null): void {
    const item: Outgoing = { client_id: uuid(), thread, text, at: Date.now(), state: "queued" };
    if (reply) item.reply_to = reply;
    if (files.length > 0) {
      item.files = files.map(({ name, type, size }) => ({ name, type, size }));
      this.files.set(item.client_id, files);
    }
    this.core.dispatch({ type: "queue", items: [item] });
  }

  private stored(client_id: string, message: WMessage): void {
    this.files.delete(client_id);
    this.core.dispatch({ type: "changes", messages: [message], threads: [] });
  }

  private async post(item: Outgoing, uploads: string[]): Promise<WMessage> {
    const begins = !this.core.knows(item.thread);
    const pre_chat = this.introduction(begins);
    const { message } = await this.api.send({
      client_id: item.client_id,
      thread: item.thread,
      text: item.text,
      ...(uploads.length > 0 && { uploads }),
      ...(item.reply_to && { reply_to: item.reply_to.id }),
      ...(begins && { visit: visitOf(this.core.host) }),
      ...(pre_chat && { pre_chat }),
    });
    this.toldContact = JSON.stringify(contactOf(this.core.host.who));
    return message;
  }

  /** Who writes: the form's answers, and what the site has said without proof; told again only when that changes. */
  private introduction(begins: boolean): Record<string, string> | null {
    const contact = contactOf(this.core.host.who);
    if (!begins && JSON.stringify(contact) === this.toldContact) return null;
    const all = { ...contact, ...this.core.store.value.kept.answers };
    return Object.keys(all).length > 0 ? all : null;
  }
}
