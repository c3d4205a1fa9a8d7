import type { HostState, Kept, Stored } from "../../shared/port.ts";
import type { ToLoader } from "../../shared/port.ts";
import type { Link } from "../link.ts";
import type { Words } from "../words.ts";
import { reduce, type Action, type Data } from "./data.ts";
import { firstState, type State, type View } from "./state.ts";
import { Store } from "./store.ts";

/** What all parts of the desk share: the state that is drawn, what the host page last told, and the line back to it. */
export class Core {
  readonly store: Store<State>;
  /** Called after each change of the visitor's conversations, with how they were before. */
  onChange: (before: Data) => void = () => undefined;

  constructor(
    public host: HostState,
    public link: Link,
    words: Words,
    view: View,
  ) {
    this.store = new Store(firstState(host, words, view));
  }

  get data(): Data {
    return this.store.value.data;
  }

  dispatch(action: Action): void {
    const before = this.data;
    this.store.set({ data: reduce(before, action) });
    this.onChange(before);
  }

  /** Whether the server has this conversation. */
  knows(thread: string): boolean {
    return this.data.threads.some((one) => one.thread === thread);
  }

  /** The conversation on show; null while the list is. */
  get shown(): string | null {
    const { view } = this.store.value;
    return view.at === "thread" ? view.thread : null;
  }

  post(message: ToLoader): void {
    this.link.post(message);
  }

  save(data: Partial<Stored>): void {
    this.link.save(data);
  }

  /** Remembers a small thing in this browser, beside what is remembered already. */
  keep(part: Partial<Kept>): void {
    const kept = { ...this.store.value.kept, ...part };
    this.store.set({ kept });
    this.save({ kept });
  }
}
