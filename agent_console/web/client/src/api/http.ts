import { ApiError, request } from "@deskbridge/ui";

let csrf = "";
let signedOut: () => void = () => undefined;
/** The change of the session's cookie that is on its way, or the last one. */
let changing: Promise<void> = Promise.resolve();

/** The token that state-changing requests carry; it comes with the session. */
export function useCsrf(token: string): void {
  csrf = token;
}

/** What to do when the server says that the session has ended. */
export function onSignedOut(then: () => void): void {
  signedOut = then;
}

type One = string | number | boolean | null | undefined;
/** What is empty or false is left out; of a list, each is given. */
export type Query = Record<string, One | readonly One[]>;

export function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const one of [value].flat()) {
      if (one === undefined || one === null || one === "" || one === false) continue;
      search.append(key, one === true ? "1" : String(one));
    }
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

/**
 * One request to the API. Raises ApiError; an answer that one is signed out, or may do nothing yet, also ends the
 * session here.
 */
export async function api<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const under = csrf;
  const asking = (): Promise<T> => askInDate<T>(method, path, body, signal);
  try {
    return await asking();
  } catch (error) {
    if (error instanceof ApiError && error.code === "signed_out" && (await isUnderAnother(under))) return asking().catch(ended);
    return ended(error);
  }
}

/**
 * A request by which the session goes on under another cookie and the token it is told. What was asked under the old
 * one, and is told that it has ended, is asked once more.
 */
export async function exchange<T extends { csrf: string }>(path: string, body: unknown): Promise<T> {
  const asking = askInDate<T>("POST", path, body);
  changing = asking.then(({ csrf: token }) => useCsrf(token)).catch(() => undefined);
  const told = await asking.catch(ended);
  await changing;
  return told;
}

/** Whether the session has gone on under another token since, or does so by what is on its way. */
async function isUnderAnother(token: string): Promise<boolean> {
  await changing;
  return csrf !== token;
}

function ended(error: unknown): never {
  if (error instanceof ApiError && (error.code === "signed_out" || error.code === "second_factor_due")) signedOut();
  throw error;
}

async function askInDate<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  try {
    return await ask<T>(method, path, body, signal);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "bad_csrf") throw error;
    // Somebody signed in anew in another tab: this page's token is of the session before.
    csrf = (await ask<{ csrf: string }>("GET", "/api/session")).csrf;
    return ask<T>(method, path, body, signal);
  }
}

function ask<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
  if (body instanceof FormData) init.body = body;
  else if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  if (signal) init.signal = signal;
  return request<T>(path, init);
}

/** The words in a file of ours. Raises ApiError. */
export async function readText(url: string): Promise<string> {
  const response = await fetch(url, { credentials: "same-origin" }).catch(() => null);
  if (response === null) throw new ApiError(0, { code: "network", message: "The server cannot be reached." });
  if (!response.ok) throw new ApiError(response.status, { code: "http", message: `The server answered ${response.status}.` });
  return response.text();
}

export function csrfToken(): string {
  return csrf;
}
