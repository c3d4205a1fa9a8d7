import { ApiError, uuid } from "@deskbridge/ui";
import type { HostState, Kept, Outgoing, Stored, Who } from "../../shared/port.ts";
import type { LiveFrame, Quote, Session, Thread } from "../../shared/protocol.ts";
import { Api } from "../api.ts";
import type { Link } from "../link.ts";
import { visitOf } from "../visit.ts";
import { loadWords, type Words } from "../words.ts";
import { reduce, type Action } from "./data.ts";
import { Line, pageFrame } from "./line.ts";
import { Sender } from "./sender.ts";
import { SessionKeeper } from "./session.ts";
import { EXPANDED, firstState, isExpanded, type State, type View } from "./state.ts";
import { Store } from "./store.ts";

const TYPING_LASTS = 6000;
const TYPING_EVERY = 3000;
const REFUSED_PAUSE = 2000;
const PREFETCHED = 5;

/** The widget's mind: what the host page, the server and the visitor do, joined in one state for the app to draw. */
export class Desk {
  readonly store: Store<State>;
  private readonly api: Api;
  private readonly line: Line;
  private readonly sessions: SessionKeeper;
  private readonly sender: Sender;
  /** Bytes of files not yet sent, by the message's client_id. */
  private readonly files = new Map<string, File[]>();
  private readonly readUpTo = new Map<string, number>();
  private readonly loading = new Set<string>();
  private identity: string | undefined;
  private toldContact = "";
  private unread = 0;
  private atBottom = true;
  private typedAt = 0;

  constructor(
    private host: HostState,
    private link: Link,
    words: Words,
    base: string,
  ) {
    this.api = new Api(base);
    this.store = new Store(firstState(host, words, { at: "thread", thread: uuid() }));
    this.line = new Line(this.api.live, {
      hello: () => ({ token: this.api.token, tab: this.host.tab, visible: this.isSeen(), visit: visitOf(this.host) }),
      greeted: () => this.greeted(),
      reset: () => this.start(),
      changes: (frame) => this.changed(frame),
      typing: (thread, name) => this.store.set({ typing: { thread, name, until: Date.now() + TYPING_LASTS } }),
      state: (line) => this.lineIs(line),
    });
    this.sessions = new SessionKeeper(this.api, {
      begun: (session) => this.begun(session),
      unproven: () => this.link.post({ type: "error", code: "identity_invalid" }),
      refused: (code) => this.refused(code),
    });
    this.sender = new Sender({
      next: () => (this.api.token ? this.data.outbox.find((item) => item.state === "queued") : undefined),
      files: (id) => this.files.get(id),
      upload: (file) => this.api.upload(file),
      uploaded: (client_id, at, upload) => this.dispatch({ type: "uploaded", client_id, at, upload }),
      post: (item, uploads) => this.post(item, uploads),
      renew: () => this.start(),
      stored: (client_id, message) => {
        this.files.delete(client_id);
        this.dispatch({ type: "changes", messages: [message], threads: [] });
      },
      failed: (client_id, reason, detail) => this.dispatch({ type: "fail", client_id, reason, detail }),
    });
    document.addEventListener("visibilitychange", () => this.looked());
    this.identity = host.who.token;
    this.adopt(host.stored);
    if (host.stored.token === undefined) this.dispatchLoaded(this.currentThread());
    void this.start(host.stored.token);
  }

  // What the host page tells

  /** Takes the loader's state, sent whole after any change, and acts on what differs. */
  told(host: HostState, link: Link): void {
    const before = this.host;
    this.host = host;
    this.link = link;
    if (host.open !== before.open || host.focus !== before.focus) this.opened(host);
    this.store.set({ expanded: isExpanded(host.stored.size) });
    if (host.config.locale !== before.config.locale || host.config.name !== before.config.name) void this.speak(host);
    if (host.page.url !== before.page.url || host.page.title !== before.page.title) this.moved();
    if (host.who.token !== before.who.token && host.who.token !== undefined) {
      this.identity = host.who.token;
      void this.start();
    }
    if (JSON.stringify(host.attributes) !== JSON.stringify(before.attributes)) void this.report();
    if (host.stored.token !== before.stored.token && host.stored.token !== this.api.token) this.changePerson(host.stored.token);
  }

  private opened({ open, focus }: HostState): void {
    const { opened } = this.store.value;
    this.store.set({ open, opened: open && focus ? opened + 1 : opened });
    this.looked();
  }

  private async speak({ config }: HostState): Promise<void> {
    const words = await loadWords(config.locale);
    this.store.set({ config, words });
  }

  private moved(): void {
    const frame = pageFrame(visitOf(this.host));
    if (frame) this.line.send(frame);
  }

  /** The site has set attributes: an existing session is told at once, a coming one brings them along. */
  private async report(): Promise<void> {
    const { token } = this.api;
    if (!token) return;
    try {
      await this.api.session({ token, locale: this.host.config.locale, visit: visitOf(this.host) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.link.post({ type: "error", code: error.code });
    }
  }

  /** Another tab began a conversation (go on with its token) or forgot the visitor (begin with nothing). */
  private changePerson(token: string | undefined): void {
    this.line.forget();
    this.readUpTo.clear();
    this.api.token = "";
    this.store.set({ view: { at: "thread", thread: uuid() }, phase: "starting" });
    if (token === undefined) {
      this.setOutbox([]);
      this.store.set({ kept: {} });
    }
    void this.start(token ?? "");
  }

  // Session

  private start(token = this.api.token): Promise<void> {
    const identity = this.identity;
    return this.sessions.start({
      locale: this.host.config.locale,
      visit: visitOf(this.host),
      ...(token && { token }),
      ...(identity !== undefined && { identity }),
    });
  }

  private begun(session: Session): void {
    const first = this.store.value.phase !== "ready";
    const anew = session.token !== this.api.token || this.store.value.line === "refused";
    this.api.token = session.token;
    this.dispatch({ type: "session", threads: session.threads });
    this.store.set({ visitor: session.visitor, phase: "ready", config: { ...session.config, locale: this.host.config.locale } });
    if (first) this.store.set({ view: this.firstView(session.threads) });
    if (session.threads.length > 0 || this.data.outbox.length > 0 || this.identity !== undefined) this.remember();
    this.line.resume(session.cursor, anew);
    this.fetchLogs(session.threads);
    this.sender.wake();
  }

  private refused(code: string): void {
    this.store.set({ phase: "refused" });
    this.link.post({ type: "error", code });
  }

  /** The conversation last spoken in, while it is open; the list when all are closed; a new one for who has none. */
  private firstView(threads: Thread[]): View {
    const queued = this.data.outbox.at(-1)?.thread;
    if (queued !== undefined) return { at: "thread", thread: queued };
    const open = this.data.threads.find((one) => one.state === "open");
    if (open) return { at: "thread", thread: open.thread };
    return threads.length > 0 ? { at: "list" } : this.store.value.view;
  }

  /** The token is kept only for those who write, have written or are known: a mere look leaves nothing behind. */
  private remember(): void {
    if (this.api.token && this.host.stored.token !== this.api.token) this.link.save({ token: this.api.token });
  }

  private fetchLogs(threads: Thread[]): void {
    const current = this.currentThread();
    if (current !== null) void this.fetchLog(current);
    const unread = threads.filter((one) => one.unread > 0 && one.thread !== current);
    for (const { thread } of unread.slice(0, PREFETCHED)) void this.fetchLog(thread);
  }

  // Live

  private greeted(): void {
    this.readUpTo.clear();
    this.sender.wake();
    this.markRead();
  }

  private lineIs(line: State["line"]): void {
    this.store.set({ line });
    if (line === "refused") setTimeout(() => void this.start(), REFUSED_PAUSE);
  }

  private changed({ messages, threads }: Extract<LiveFrame, { type: "changes" }>): void {
    const { typing } = this.store.value;
    for (const message of messages) {
      if (message.from !== "agent") continue;
      if (typing?.thread === message.thread) this.store.set({ typing: null });
      const news = !message.edited && !message.deleted && !this.data.logs[message.thread]?.told[message.id];
      if (news) this.link.post({ type: "message", id: message.id, text: message.text });
    }
    this.dispatch({ type: "changes", messages, threads });
  }

  // What the visitor does

  /** Shows a thread, fetching it where that was not done yet. */
  openThread(thread: string): void {
    this.store.set({ view: { at: "thread", thread } });
    this.atBottom = true;
    void this.fetchLog(thread);
  }

  startThread(): void {
    this.openThread(uuid());
  }

  showList(): void {
    this.store.set({ view: { at: "list" } });
  }

  close(): void {
    this.link.post({ type: "close" });
  }

  setSize(size: number[]): void {
    this.link.save({ size });
  }

  toggleExpanded(): void {
    const { expanded, kept } = this.store.value;
    if (!expanded) this.keep({ size: this.host.stored.size ?? [400, 700] });
    this.setSize(expanded ? (kept.size ?? [400, 700]) : EXPANDED);
    this.store.set({ expanded: !expanded });
  }

  send(thread: string, text: string, files: File[], reply: Quote | null): void {
    const item: Outgoing = { client_id: uuid(), thread, text, at: Date.now(), state: "queued" };
    if (reply) item.reply_to = reply;
    if (files.length > 0) {
      item.files = files.map(({ name, type, size }) => ({ name, type, size }));
      this.files.set(item.client_id, files);
    }
    this.dispatch({ type: "queue", items: [item] });
    this.remember();
    this.sender.wake();
  }

  retry(client_id: string): void {
    this.dispatch({ type: "retry", client_id });
    this.sender.wake();
  }

  discard(client_id: string): void {
    this.files.delete(client_id);
    this.dispatch({ type: "discard", client_id });
  }

  typing(thread: string): void {
    const now = Date.now();
    if (now - this.typedAt < TYPING_EVERY || !this.knows(thread)) return;
    if (this.line.send({ type: "typing", thread })) this.typedAt = now;
  }

  keep(part: Partial<Kept>): void {
    const kept = { ...this.store.value.kept, ...part };
    this.store.set({ kept });
    this.link.save({ kept });
  }

  /** Whether the newest message of the shown thread is in sight. */
  setAtBottom(atBottom: boolean): void {
    this.atBottom = atBottom;
    this.markRead();
  }

  /** Earlier messages of a thread. */
  async fetchBefore(thread: string): Promise<void> {
    const first = this.data.logs[thread]?.messages[0];
    if (first) await this.fetch(thread, first.id);
  }

  // Inner workings

  private get data(): State["data"] {
    return this.store.value.data;
  }

  private dispatch(action: Action): void {
    const before = this.data;
    const data = reduce(before, action);
    this.store.set({ data });
    if (data.outbox !== before.outbox && JSON.stringify(data.outbox) !== JSON.stringify(before.outbox)) this.setOutbox(data.outbox);
    this.countUnread();
    this.markRead();
  }

  private setOutbox(outbox: Outgoing[]): void {
    if (outbox !== this.data.outbox) this.store.set({ data: { ...this.data, outbox } });
    this.link.save({ [`outbox:${this.host.tab}`]: outbox.length > 0 ? outbox : undefined });
  }

  /** Takes over what earlier pages, or this one before a reload, could not send. Sending a thing twice does no harm. */
  private adopt(stored: Stored): void {
    const left: Partial<Stored> = {};
    const items: Outgoing[] = [];
    for (const key of Object.keys(stored) as (keyof Stored)[]) {
      if (!isOutbox(key)) continue;
      items.push(...(stored[key] ?? []));
      left[key] = undefined;
    }
    if (items.length === 0) return;
    this.link.save(left);
    this.dispatch({ type: "queue", items });
  }

  private async post(item: Outgoing, uploads: string[]): Promise<Awaited<ReturnType<Api["send"]>>["message"]> {
    const begins = !this.knows(item.thread);
    const pre_chat = this.introduction(begins);
    const { message } = await this.api.send({
      client_id: item.client_id,
      thread: item.thread,
      text: item.text,
      ...(uploads.length > 0 && { uploads }),
      ...(item.reply_to && { reply_to: item.reply_to.id }),
      ...(begins && { visit: visitOf(this.host) }),
      ...(pre_chat && { pre_chat }),
    });
    this.toldContact = JSON.stringify(contactOf(this.host.who));
    return message;
  }

  /** Who writes: the form's answers, and what the site has said without proof; told again only when that changes. */
  private introduction(begins: boolean): Record<string, string> | null {
    const contact = contactOf(this.host.who);
    if (!begins && JSON.stringify(contact) === this.toldContact) return null;
    const all = { ...contact, ...this.store.value.kept.answers };
    return Object.keys(all).length > 0 ? all : null;
  }

  private async fetchLog(thread: string): Promise<void> {
    if (this.data.logs[thread]?.loaded) return;
    if (this.knows(thread)) await this.fetch(thread);
    else this.dispatchLoaded(thread);
  }

  /** A thread that the server does not know yet has nothing to load. */
  private dispatchLoaded(thread: string | null): void {
    if (thread !== null) this.dispatch({ type: "page", thread, page: { messages: [], has_before: false, cursor: "" } });
  }

  private async fetch(thread: string, before?: number): Promise<void> {
    const key = `${thread} ${before ?? ""}`;
    if (this.loading.has(key)) return;
    this.loading.add(key);
    const { token } = this.api;
    try {
      const page = await this.api.messages(thread, before);
      if (token !== this.api.token) return;
      this.line.acknowledge(page.messages);
      this.dispatch({ type: "page", thread, page });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.passing) setTimeout(() => void this.fetch(thread, before), 3000);
      else this.link.post({ type: "error", code: error.code });
    } finally {
      this.loading.delete(key);
    }
  }

  private knows(thread: string): boolean {
    return this.data.threads.some((one) => one.thread === thread);
  }

  private currentThread(): string | null {
    const { view } = this.store.value;
    return view.at === "thread" ? view.thread : null;
  }

  private isSeen(): boolean {
    return this.host.open && document.visibilityState === "visible";
  }

  private looked(): void {
    this.line.send({ type: "visible", visible: this.isSeen() });
    this.markRead();
  }

  /** Read means seen: the panel open, the page in front, the end of the thread in sight. */
  private markRead(): void {
    const thread = this.currentThread();
    const row = this.data.threads.find((one) => one.thread === thread);
    if (thread === null || !row || row.unread === 0 || !this.atBottom || !this.isSeen()) return;
    const last = this.data.logs[thread]?.messages.findLast((message) => message.from !== "visitor");
    if (!last || last.id <= (this.readUpTo.get(thread) ?? 0)) return;
    if (!this.line.send({ type: "read", thread, message_id: last.id })) return;
    this.readUpTo.set(thread, last.id);
    this.dispatch({ type: "read", thread });
  }

  private countUnread(): void {
    const count = this.data.threads.reduce((sum, one) => sum + one.unread, 0);
    if (count !== this.unread) this.link.post({ type: "unread", count });
    this.unread = count;
  }
}

function isOutbox(key: string): key is `outbox:${string}` {
  return key.startsWith("outbox:");
}

function contactOf({ name, email, phone }: Who): Record<string, string> {
  const known = Object.entries({ name, email, phone }).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return Object.fromEntries(known);
}
