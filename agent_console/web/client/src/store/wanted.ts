import { signal } from "@preact/signals";
import { parseRoute } from "./route.ts";

type Wanted = { conversation: number; message: number };

/** The message that an address leads to: `/console/c/12?m=345`, as chat surfaces link what was found. */
export function wantedIn(path: string, query: string): Wanted | null {
  const { conversation } = parseRoute(path);
  const message = Number(new URLSearchParams(query).get("m"));
  return conversation !== null && Number.isSafeInteger(message) && message > 0 ? { conversation, message } : null;
}

/** The message a conversation is being opened at, when it is opened for one. */
export const wanted = signal<Wanted | null>(wantedIn(location.pathname, location.search));
