import { ApiError, uuid } from "@deskbridge/ui";
import type { HostState, Stored } from "../../shared/port.ts";
import type { LiveFrame, Session, StartLink } from "../../shared/protocol.ts";
import { Api, type PressBody } from "../api.ts";
import type { Link } from "../link.ts";
import { visitOf } from "../visit.ts";
import { loadWords, type Words } from "../words.ts";
import { Attention } from "./attention.ts";
import { Core } from "./core.ts";
import { Line } from "./line.ts";
import { Logs } from "./logs.ts";
import { Outbox } from "./outbox.ts";
import { isNamed, personOf } from "./person.ts";
import { Return } from "./return.ts";
import { SessionKeeper } from "./session.ts";
import { EXPANDED, isExpanded, NORMAL, type State, type View } from "./state.ts";

const TYPING_LASTS = 6000;
const TYPING_EVERY = 3000;
const REFUSED_PAUSE = 2000;

/** The widget's mind: joins what the host page, the server and the visitor do. */
export class Desk {
  readonly core: Core;
  readonly outbox: Outbox;
  readonly logs: Logs;
  readonly attention: Attention;
  private readonly api: Api;
  private readonly line: Line;
  private readonly sessions: SessionKeeper;
  private readonly back: Return;
  /** A proof not yet shown to the server; it is good for one session. */
  private proof: string | undefined;
  private person: string;
  private typedAt = 0;

  /** `base` is the address of this frame, "/widget/{key}". */
  constructor(host: HostState, link: Link, words: Words, base: string) {
    this.core = new Core(host, link, words, { at: "thread", thread: uuid() });
    this.api = new Api(base);
    this.line = new Line(this.api.live, {
      hello: () => ({
        token: this.api.token,
        tab: this.core.host.tab,
        visible: this.attention.isSeen,
        visit: visitOf(this.core.host),
      }),
      greeted: () => this.greeted(),
      reset: () => void this.start(),
      changes: (frame) => this.changed(frame),
      typing: (thread, name) => this.core.store.set({ typing: { thread, name, until: Date.now() + TYPING_LASTS } }),
      block: (block) => this.core.store.set({ block }),
      state: (line) => this.lineIs(line),
    });
    this.attention = new Attention(this.core, this.line);
    this.logs = new Logs(this.core, this.api, (messages) => this.line.acknowledge(messages));
    this.outbox = new Outbox(
      this.core,
      this.api,
      () => this.start(),
      () => this.remember(),
    );
    this.sessions = new SessionKeeper(this.api, {
      begun: (session) => this.begun(session),
      unproven: () => this.unproven(),
      refused: (code) => this.refused(code),
    });
    this.back = new Return(this.core, this.api, {
      remember: () => this.remember(),
      reached: (thread) => this.reached(thread),
    });
    this.core.onChange = (before) => {
      this.outbox.persist(before);
      this.attention.countUnread();
      this.attention.markRead();
    };
    this.proof = host.who.token;
    this.person = this.proof === undefined ? (host.stored.person ?? uuid()) : personOf(this.proof);
    this.outbox.adopt(host.stored);
    const { token, person = "" } = host.stored;
    const isStranger = isNamed(person) && isNamed(this.person) && person !== this.person;
    if (isStranger) this.forgetWritten();
    // Who has no conversations can begin one before the server has answered.
    if (token === undefined) void this.logs.open(this.core.shown!);
    void this.start(isStranger ? "" : token);
  }

  // What the host page tells

  /** Takes the loader's state, sent whole after any change, and acts on what differs. */
  told(host: HostState, link: Link): void {
    const { host: before, store } = this.core;
    this.core.host = host;
    this.core.link = link;
    store.set({ expanded: isExpanded(host.stored.size) });
    if (host.open !== before.open) this.opened(host);
    if (differs(host.config, before.config)) void this.speak(host);
    if (differs(host.page, before.page)) this.moved();
    if (differs(host.attributes, before.attributes)) void this.report();
    if (host.who.token !== undefined && host.who.token !== before.who.token) this.identify(host.who.token);
    const { person } = host.stored;
    if (person !== before.stored.person && person !== this.person) this.changePerson(host.stored);
    this.back.look();
  }

  private opened({ open, focus }: HostState): void {
    const { opened } = this.core.store.value;
    this.core.store.set({ open, opened: open && focus ? opened + 1 : opened });
    this.attention.looked();
  }

  private async speak({ config }: HostState): Promise<void> {
    const words = await loadWords(config.locale);
    this.core.store.set({ config, words });
  }

  private moved(): void {
    const { url, title = "" } = visitOf(this.core.host);
    if (url !== undefined) this.line.send({ type: "page", url, title });
  }

  /** The site has set attributes: an existing session is told at once, a coming one brings them along. */
  private async report(): Promise<void> {
    const { token } = this.api;
    if (!token) return;
    try {
      await this.api.session({ token, locale: this.core.host.config.locale, visit: visitOf(this.core.host) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.core.post({ type: "error", code: error.code });
    }
  }

  /** The site vouches for its visitor: what was written without a name joins them, what another named person wrote does not. */
  private identify(proof: string): void {
    const person = personOf(proof);
    if (isNamed(this.person) && person !== this.person) this.forgetWritten();
    this.proof = proof;
    this.person = person;
    this.line.forget();
    this.attention.forget();
    void this.outbox.hold().then(() => this.start());
  }

  private forgetWritten(): void {
    this.outbox.clear();
    this.core.store.set({ kept: {} });
    this.core.save({ kept: {} });
  }

  /** Another tab began a conversation (go on with its token) or forgot the visitor (begin with nothing). */
  private changePerson({ token, person }: Stored): void {
    this.person = person ?? uuid();
    this.api.token = "";
    this.line.forget();
    this.attention.forget();
    this.core.store.set({ view: { at: "thread", thread: uuid() }, phase: "starting" });
    if (token === undefined) this.forgetWritten();
    void this.start(token ?? "");
  }

  // Session

  private start(token = this.api.token): Promise<void> {
    return this.sessions.start({
      locale: this.core.host.config.locale,
      visit: visitOf(this.core.host),
      ...(token && { token }),
      ...(this.proof !== undefined && { identity: this.proof }),
    });
  }

  private begun({ token, threads, visitor, config, cursor, block }: Session): void {
    const { core } = this;
    const { shown } = core;
    const { phase, line } = core.store.value;
    const wasKnown = shown !== null && core.knows(shown);
    const hadNone = core.data.threads.length === 0;
    const proven = this.proof !== undefined;
    const anew = token !== this.api.token || line === "refused";
    this.proof = undefined;
    this.api.token = token;
    core.dispatch({ type: "session", threads });
    core.store.set({ visitor, block, phase: "ready", config: { ...config, locale: core.host.config.locale } });
    const isTheirs = shown === null ? threads.length > 0 : !wasKnown || core.knows(shown);
    if (phase === "starting" || !isTheirs || (hadNone && this.isUnused())) core.store.set({ view: this.firstView(wasKnown ? null : shown) });
    if (proven || threads.length > 0 || core.data.outbox.length > 0) this.remember();
    this.line.resume(cursor, anew);
    this.logs.fetchFirst(threads);
    this.outbox.release();
    this.outbox.wake();
    this.back.look();
  }

  /** A link has opened a conversation: it is among the visitor's from a session of now on, and its news on a line of now. */
  private async reached(thread: string): Promise<void> {
    this.line.close();
    await this.start();
    // Somebody else may have signed in meanwhile.
    if (this.core.knows(thread)) this.openThread(thread);
  }

  private unproven(): void {
    this.proof = undefined;
    this.person = this.core.host.stored.person ?? uuid();
    this.core.post({ type: "error", code: "identity_invalid" });
  }

  private refused(code: string): void {
    this.outbox.release();
    this.core.store.set({ phase: "refused" });
    this.core.post({ type: "error", code });
  }

  /** The conversation last spoken in, while it is open; the list when all are closed; a new one for who has none. */
  private firstView(notBegun: string | null): View {
    const { outbox, threads } = this.core.data;
    const thread = outbox.at(-1)?.thread ?? threads.find((one) => one.state === "open")?.thread;
    if (thread === undefined && threads.length > 0) return { at: "list" };
    return { at: "thread", thread: thread ?? notBegun ?? uuid() };
  }

  /** The token is kept only for those who write, have written or are known: a mere look leaves nothing behind. */
  private remember(): void {
    const { token } = this.api;
    if (token && this.core.host.stored.token !== token) this.core.save({ token, person: this.person });
  }

  // Live

  private greeted(): void {
    this.attention.forget();
    this.attention.markRead();
    this.outbox.wake();
  }

  private lineIs(line: State["line"]): void {
    this.core.store.set({ line });
    if (line === "refused") setTimeout(() => void this.start(), REFUSED_PAUSE);
  }

  private changed({ messages, threads }: Extract<LiveFrame, { type: "changes" }>): void {
    const { store, data } = this.core;
    for (const { id, thread, from, text, edited, deleted } of messages) {
      if (from !== "agent") continue;
      if (store.value.typing?.thread === thread) store.set({ typing: null });
      const isNew = !edited && !deleted && !data.logs[thread]?.told[id];
      if (isNew) this.core.post({ type: "message", id, text });
    }
    this.core.dispatch({ type: "changes", messages, threads });
    if (data.threads.length === 0) this.joinFirst();
  }

  /** The visitor's first conversation has begun in another tab: one in which nothing is written goes on with it. */
  private joinFirst(): void {
    const [first] = this.core.data.threads;
    if (first && this.isUnused()) this.openThread(first.thread);
  }

  /** A conversation is on show that nobody has written a letter in. */
  private isUnused(): boolean {
    const { shown, data, store } = this.core;
    return shown !== null && !this.core.knows(shown) && data.outbox.length === 0 && !store.value.kept.drafts?.["new"];
  }

  // What the visitor does

  openThread(thread: string): void {
    this.core.store.set({ view: { at: "thread", thread } });
    this.attention.setAtBottom(true);
    void this.logs.open(thread);
  }

  startThread(): void {
    this.openThread(uuid());
  }

  /** Raises ApiError. */
  leadOn(thread: string, network: string): Promise<StartLink> {
    return this.api.leadOn(thread, network);
  }

  /** Raises ApiError. */
  async press(body: PressBody): Promise<void> {
    const { message } = await this.api.press(body);
    this.core.dispatch({ type: "changes", messages: [message], threads: [] });
  }

  showList(): void {
    this.core.store.set({ view: { at: "list" } });
  }

  close(): void {
    this.core.post({ type: "close" });
  }

  setSize(size: number[]): void {
    this.core.save({ size });
  }

  toggleExpanded(): void {
    const { expanded, kept } = this.core.store.value;
    if (!expanded) this.core.keep({ size: this.core.host.stored.size ?? NORMAL });
    this.setSize(expanded ? (kept.size ?? NORMAL) : EXPANDED);
    this.core.store.set({ expanded: !expanded });
  }

  typing(thread: string): void {
    const now = Date.now();
    if (now - this.typedAt < TYPING_EVERY || !this.core.knows(thread)) return;
    if (this.line.send({ type: "typing", thread })) this.typedAt = now;
  }
}

function differs(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}
