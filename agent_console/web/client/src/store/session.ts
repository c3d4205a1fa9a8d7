import { computed, signal } from "@preact/signals";
import { useCsrf } from "../api/http.ts";
import type { AgentRef, Inbox, Preferences, Presence, PresenceChange, Session } from "../api/types.ts";
import { channels } from "./channels.ts";
import { setSurfaces } from "./surfaces.ts";
import { setServerTime } from "./clock.ts";
import { nextStamp, told } from "./fresh.ts";

export type Phase = "starting" | "signed_out" | "link" | "factor" | "in" | "unreachable";

export const phase = signal<Phase>("starting");
/** The name of whoever has to set up a second factor first. */
export const factorDue = signal("");
export const session = signal<Session | null>(null);
export const preferences = signal<Preferences | null>(null);
export const agents = signal<readonly AgentRef[]>([]);

/** The session of a signed-in agent. Only components inside the signed-in part may read it. */
export const current = computed<Session>(() => {
  if (!session.value) throw new Error("There is no session yet.");
  return session.value;
});

export const me = computed(() => current.value.agent);
export const settings = computed(() => current.value.settings);

export const prefs = computed<Preferences>(() => {
  if (!preferences.value) throw new Error("There is no session yet.");
  return preferences.value;
});

/** Takes over what was asked for at this stamp. */
export function adopt(next: Session, stamp = nextStamp()): void {
  useCsrf(next.csrf);
  setServerTime(next.server_time);
  session.value = next;
  agents.value = next.agents;
  channels.value = next.channels;
  setSurfaces(next.surfaces, stamp);
  preferences.value = next.agent.preferences;
}

const names = computed(() => new Map(agents.value.map((agent) => [agent.id, agent])));
const inboxes = computed(() => new Map((session.value?.inboxes ?? []).map((inbox) => [inbox.id, inbox])));

/** An agent's name, or the id itself for one who has left the YAML file. */
export function agentName(id: string): string {
  return names.value.get(id)?.name ?? id;
}

export function agentOf(id: string): AgentRef | undefined {
  return names.value.get(id);
}

/** Whether an agent is a program. */
export function isBot(id: string | null | undefined): boolean {
  return id != null && agentOf(id)?.role === "bot";
}

/** The programs among the agents: they answer alone, or not at all. */
export const botIds = (): string[] => agents.value.filter((agent) => agent.role === "bot").map((agent) => agent.id);

/** Whether a program is an agent here (S32). */
export const hasBots = computed(() => agents.value.some((agent) => agent.role === "bot" && !agent.retired));

export function inboxOf(id: string): Inbox | undefined {
  return inboxes.value.get(id);
}

/** The inboxes that the customer of a conversation in `inbox` can be invited into: others, or back into this one. */
export function inboxesToInvite(inbox: string): Inbox[] {
  return [...inboxes.value.values()].filter((one) => (one.id === inbox ? one.leads_back : one.starts_by_link));
}

export function setPresence(changes: readonly PresenceChange[]): void {
  const known = new Map(changes.map((change) => [change.id, change]));
  told(() => {
    agents.value = agents.value.map((agent) => ({ ...agent, ...known.get(agent.id) }));
  });
}

/** Takes over the pictures of all colleagues who have one. */
export function setPhotos(photos: Readonly<Record<string, string>>): void {
  told(() => {
    agents.value = agents.value.map(({ avatar_url: _, ...agent }) => (photos[agent.id] === undefined ? agent : { ...agent, avatar_url: photos[agent.id]! }));
  });
}

export function setPreferences(next: Preferences): void {
  told(() => {
    preferences.value = next;
  });
}

/** Whether this agent works now: what the server says of them, as of everybody. */
export const myPresence = computed<Presence>(() => names.value.get(me.value.id)?.presence ?? "offline");

/** Viewers answer nobody, so it makes no difference whether they are here. */
export const hasPresence = computed(() => me.value.role !== "viewer");

/** Whether this agent could answer customers if they were not offline (D01). */
export const isOffline = computed(() => hasPresence.value && myPresence.value === "offline");
