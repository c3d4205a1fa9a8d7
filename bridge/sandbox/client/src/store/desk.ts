import { signal } from "@preact/signals";
import type { Message, Owner, Phone } from "./types.ts";

/** What this page alone knows: whose phone is in hand, and what is begun on it. */

const chosen = signal<Readonly<Record<string, string>>>({});
const complaints = signal<Readonly<Record<string, string>>>({});
/** What the composer of a phone is about, beside a new message. */
export type Begun = { verb: "edit" | "quote"; owner: string; message: Message };
const begun = signal<Readonly<Record<string, Begun | undefined>>>({});

export function ownerOf(phone: Phone): Owner | undefined {
  return phone.owners.find((one) => one.id === chosen.value[phone.id]) ?? phone.owners[0];
}

export function choose(phone: string, owner: string): void {
  chosen.value = { ...chosen.value, [phone]: owner };
}

/** What was begun with the owner in hand; with another one it waits. */
export function begunAt(phone: string, owner: string): Begun | undefined {
  const found = begun.value[phone];
  return found?.owner === owner ? found : undefined;
}

export function begin(phone: string, what: Begun | undefined): void {
  begun.value = { ...begun.value, [phone]: what };
}

export function complaintOf(phone: string): string {
  return complaints.value[phone] ?? "";
}

/** Does something, and shows on the phone why it could not be done; answers whether it was. */
export async function attempt(phone: string, doing: Promise<unknown>): Promise<boolean> {
  const why = await doing.then(
    () => "",
    (error: Error) => error.message,
  );
  complaints.value = { ...complaints.value, [phone]: why };
  return why === "";
}
