import { uuid } from "@deskbridge/ui";
import type { Who } from "../../shared/port.ts";

const NAMED = "user:";

/**
 * A name for the person a proof speaks of, the same for each new proof of one person; a random one where it names
 * nobody. Only tabs of this browser compare it: what the proof is worth, the server decides.
 */
export function personOf(proof: string): string {
  try {
    const claims = JSON.parse(atob(proof.split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/"))) as { sub?: unknown };
    return typeof claims.sub === "string" ? NAMED + claims.sub : uuid();
  } catch {
    return uuid(); // Not even a token: the server will say so.
  }
}

/** Whether somebody has vouched for the person. */
export function isNamed(person: string): boolean {
  return person.startsWith(NAMED);
}

/** The contact fields among what the site says of its visitor. */
export function contactOf({ name, email, phone }: Who): Record<string, string> {
  const fields = Object.entries({ name, email, phone });
  return Object.fromEntries(fields.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
