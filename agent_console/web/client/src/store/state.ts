/** Everything the console knows of conversations: one value, changed by pure functions. */
import type { ChangesFrame, Message, Row } from "../api/types.ts";
import { merge, without, type Known } from "./fresh.ts";
import { emptyThread, learn, type Thread } from "./thread.ts";

export type State = {
  readonly rows: Known<Row>;
  /** Conversations whose messages are being shown, loaded or were shown a little while ago. */
  readonly threads: ReadonlyMap<number, Thread>;
  /** When conversations went out of sight, by stamp: a load from before that must not bring them back. */
  readonly gone: ReadonlyMap<number, number>;
};

export const emptyState: State = { rows: new Map(), threads: new Map(), gone: new Map() };

const idOfRow = (row: Row): number => row.conversation.id;

export function withRows(state: State, rows: readonly Row[], stamp: number): State {
  const visible = rows.filter((row) => (state.gone.get(idOfRow(row)) ?? 0) <= stamp);
  const merged = merge(state.rows, visible, idOfRow, stamp);
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

export function withoutConversations(state: State, ids: readonly number[], stamp: number): State {
  if (ids.length === 0) return state;
  const threads = new Map(state.threads);
  const gone = new Map(state.gone);
  for (const id of ids) {
    threads.delete(id);
    gone.set(id, stamp);
  }
  return { rows: without(state.rows, ids), threads, gone };
}

export function withChanges(state: State, frame: ChangesFrame, stamp: number): State {
  const merged = withMessages(withRows(state, frame.rows, stamp), frame.messages, stamp);
  return withoutConversations(merged, frame.gone, stamp);
}

/** Keeps the rows known by this stamp or a later one, and that of the conversation that is open. */
export function keepRows(state: State, stamp: number, open: number | null): State {
  return { ...state, rows: new Map([...state.rows].filter(([id, row]) => id === open || row.stamp >= stamp)) };
}

/** Keeps the threads used last; the others are loaded again when they are opened again. */
export function keepThreads(state: State, ids: readonly number[]): State {
  if ([...state.threads.keys()].every((id) => ids.includes(id))) return state;
  return { ...state, threads: new Map([...state.threads].filter(([id]) => ids.includes(id))) };
}

export function rowOf(state: State, id: number): Row | undefined {
  return state.rows.get(id)?.value;
}
