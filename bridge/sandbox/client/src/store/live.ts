import { signal } from "@preact/signals";
import type { Phone } from "./types.ts";

/** In the order the server tells of them first. */
export const phones = signal<readonly Phone[]>([]);
export const connected = signal(true);

/** Puts a phone in the place of what it was, or after the others. */
export function withPhone(known: readonly Phone[], phone: Phone): readonly Phone[] {
  const at = known.findIndex((one) => one.id === phone.id);
  return at < 0 ? [...known, phone] : known.with(at, phone);
}

/** Follows the server; the browser itself comes back to it after it was gone. */
export function follow(): void {
  const source = new EventSource("/live");
  source.onopen = () => (connected.value = true);
  source.onerror = () => (connected.value = false);
  source.onmessage = (event: MessageEvent<string>) => {
    phones.value = withPhone(phones.value, JSON.parse(event.data) as Phone);
  };
}
