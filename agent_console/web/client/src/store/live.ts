/** The socket: its frames go into the state, its own state into the banner. */
import { signal } from "@preact/signals";
import { ApiError, LiveSocket, type LiveState } from "@deskbridge/ui";
import { getSession } from "../api/endpoints.ts";
import type { ChangesFrame, LiveFrame } from "../api/types.ts";
import { endStartingAfresh, startAfresh, startAfreshWithin } from "./afresh.ts";
import { setChannels } from "./channels.ts";
import { loadChatsSoon } from "./chats.ts";
import { setServerTime } from "./clock.ts";
import { applyChanges, setFolders } from "./desk.ts";
import { saveAll } from "./drafts.ts";
import { nextStamp } from "./fresh.ts";
import { ensure } from "./list.ts";
import { noticeChanges } from "./notices.ts";
import { lose, lost, open, openId, refreshDetail, shownId } from "./reading.ts";
import { sendAll } from "./sending.ts";
import { session, setPhotos, setPreferences, setPresence } from "./session.ts";
import { loadSurfaces } from "./surfaces.ts";
import { setViewing, somebodyTypes } from "./signs.ts";
import { deselect } from "./selection.ts";
import { countViewsSoon, loadViews } from "./views.ts";

export const connection = signal<LiveState>("connecting");
/** Whether this page has ever been connected: before that, a banner would only be noise. */
export const wasConnected = signal(false);

let socket: LiveSocket<LiveFrame> | null = null;
let signedOut: () => void = () => undefined;
/** Whether the session is about to go on under another cookie, when the old one is told that it has ended. */
let changing = false;

export function connect(onSignedOut: () => void): void {
  signedOut = onSignedOut;
  socket?.close();
  socket = new LiveSocket<LiveFrame>({ url: address, cursor: session.peek()!.cursor, onFrame: receive, onState: changed });
}

export function disconnect(): void {
  endStartingAfresh();
  socket?.close();
  socket = null;
}

function address(cursor: string): string {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${location.host}/api/live?after=${encodeURIComponent(cursor)}`;
}

function changed(state: LiveState): void {
  connection.value = state;
  if (state === "refused" && !changing) signedOut();
  if (state === "waiting" && !changing) void askIfSignedOut();
  if (state !== "open") return;
  wasConnected.value = true;
  tellViewing(shownId.peek());
  saveAll();
  sendAll();
}

/** A browser is not told why a handshake failed: a session that has ended looks like a lost line. */
async function askIfSignedOut(): Promise<void> {
  try {
    await getSession();
  } catch (error) {
    // Signed out is dealt with where every answer passes; anything else is the lost line itself.
    if (!(error instanceof ApiError)) throw error;
  }
}

/** Calls what gives the session another cookie and token (`exchange`), and follows the changes by those from then on. */
export async function underAnotherCookie<T>(call: () => Promise<T>): Promise<T> {
  changing = true;
  try {
    const told = await call();
    if (socket !== null) {
      await startAfresh(signedOut);
      if (session.peek() !== null) connect(signedOut);
    }
    return told;
  } finally {
    changing = false;
  }
}

/** Tells colleagues which conversation is on this agent's screen. */
export function tellViewing(conversation_id: number | null): void {
  socket?.send({ type: "viewing", conversation_id });
}

/** Tells the server that the agent is at work here. */
export function tellActive(): void {
  socket?.send({ type: "active" });
}

function receive(frame: LiveFrame): void {
  switch (frame.type) {
    case "hello":
      return setServerTime(frame.server_time);
    case "changes":
      return changes(frame);
    case "views":
      return void loadViews().catch(complainLater);
    case "chats":
      return loadChatsSoon();
    case "surfaces":
      return void loadSurfaces().catch(complainLater);
    case "channels":
      return setChannels(frame.channels);
    case "folders":
      setFolders(frame.folders, nextStamp());
      countViewsSoon();
      return;
    case "preferences":
      setPreferences(frame.preferences);
      // They may have changed the order of the list.
      return void ensure();
    case "typing":
      return somebodyTypes(frame.conversation_id, frame.who);
    case "viewing":
      return setViewing(frame.conversation_id, frame.agents);
    case "presence":
      return setPresence(frame.agents);
    case "photos":
      return setPhotos(frame.photos);
    case "reset":
      if (frame.of === "configuration") return startAfreshWithin(frame.within ?? 0, signedOut);
      return void startAfresh(signedOut);
    case "signed_out":
      return changing ? undefined : signedOut();
    case "pong":
      return setServerTime(frame.server_time);
  }
}

function changes(frame: ChangesFrame): void {
  noticeChanges(frame);
  applyChanges(frame);
  deselect(frame.gone);
  followSight(frame);
  refreshDetail(frame.contacts, frame.visits);
}

/** What could not be loaded now is told of again by the next change, or after the line is back. */
function complainLater(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
}

/** What went out of sight is forgotten, and what is open comes back with its messages when it is in sight again. */
function followSight({ gone, rows }: ChangesFrame): void {
  for (const id of gone) {
    lose(id);
    setViewing(id, []);
  }
  const id = openId.peek();
  if (id !== null && lost.peek() === id && rows.some((row) => row.conversation.id === id)) void open(id);
}
