/** Everything the console knows of conversations: one value, changed by pure functions. */
import type { ChangesFrame, Message, Row } from "../api/types.ts";
import { merge, without, type Known } from "./fresh.ts";
import { emptyThread, learn, type Thread } from "./thread.ts";

export type State = {
  readonly rows: Known<Row>;
  /** Conversations whose messages are being shown, loaded or were shown a little while ago. */
  readonly threads: ReadonlyMap<number, Thread>;
};

export const emptyState: State = { rows: new Map(), threads: new Map() };

const idOfRow = (row: Row): number => row.conversation.id;

export function withRows(state: State, rows: readonly Row[], stamp: number): State {
  const merged = merge(state.rows, rows, idOfRow, stamp);
  return merged === state.rows ? state : { ...state, rows: merged };
}

export function withThread(state: State, id: number, change: (thread: Thread) => Thread): State {
  const before = state.threads.get(id) ?? emptyThread;
  const after = change(before);
  if (after === before && state.threads.has(id)) return state;
  return { ...state, threads: new Map(state.threads).set(id, after) };
}

export function withMessages(state: State, messages: readonly Message[], stamp: number): State {
  let threads: Map<number, Thread> | null = null;
  for (const message of messages) {
    const id = message.conversation_id;
    const thread = (threads ?? state.threads).get(id);
    if (!thread) continue;
    const learned = learn(thread, [message], stamp);
    if (learned === thread) continue;
    threads ??= new Map(state.threads);
    threads.set(id, learned);
  }
  return threads ? { ...state, threads } : state;
}

export function withoutConversations(state: State, ids: readonly number[]): State {
  const rows = without(state.rows, ids);
  if (rows === state.rows && !ids.some((id) => state.threads.has(id))) return state;
  const threads = new Map(state.threads);
  for (const id of ids) threads.delete(id);
  return { rows, threads };
}

export function withChanges(state: State, frame: ChangesFrame, stamp: number): State {
  const merged = withMessages(withRows(state, frame.rows, stamp), frame.messages, stamp);
  return withoutConversations(merged, frame.gone);
}

/** Keeps the threads used last; the others are loaded again when they are opened again. */
export function keepThreads(state: State, ids: readonly number[]): State {
  if ([...state.threads.keys()].every((id) => ids.includes(id))) return state;
  return { ...state, threads: new Map([...state.threads].filter(([id]) => ids.includes(id))) };
}

export function rowOf(state: State, id: number): Row | undefined {
  return state.rows.get(id)?.value;
}
