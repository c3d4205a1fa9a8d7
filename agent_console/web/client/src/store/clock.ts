import { signal } from "@preact/signals";

let offset = 0;

/** The server's clock, as well as it can be told from here: wait timers must not depend on an agent's own clock. */
export function serverNow(): number {
  return Date.now() + offset;
}

/** The moment as of the last tick; components that read it are drawn again each second. */
export const now = signal(Date.now());

export function setServerTime(serverTime: number): void {
  offset = serverTime - Date.now();
  now.value = serverNow();
}

let ticking: ReturnType<typeof setInterval> | undefined;

export function startClock(): void {
  ticking ??= setInterval(() => {
    if (document.visibilityState === "visible") now.value = serverNow();
  }, 1000);
  document.addEventListener("visibilitychange", () => {
    now.value = serverNow();
  });
}
