/** What is said of a staff surface and its places, in the agent's language. */
import type { SurfaceHealth, SurfacePlace } from "../api/types.ts";
import { isKey, locale, t } from "../i18n/index.ts";
import { moment } from "./channel-words.ts";
import { inboxOf } from "./session.ts";
import { lostPlaces, surfaces, type Back } from "./surfaces.ts";
import { teamName } from "./team-names.ts";

/** The platform's name; with the surface's own id where there are several of a kind. */
export function surfaceName({ id, kind }: SurfaceHealth): string {
  const key = `surfaces.kind.${kind}`;
  const name = isKey(key) ? t(key) : kind;
  return surfaces.value.filter((one) => one.kind === kind).length > 1 ? `${name} (${id})` : name;
}

/** A place by its own id, which is all that is known of it, and by whom it is for where that is not everybody. */
export function placeName({ places }: SurfaceHealth, { id, teams }: SurfacePlace): string {
  if (places.length === 1 && teams.join() === "default") return id;
  const names = teams.map((team) => (team === "default" ? t("surfaces.everybody") : teamName(team)));
  return names.length > 0 ? `${id} (${names.join(", ")})` : id;
}

const listed = (parts: readonly string[]): string => new Intl.ListFormat(locale.value, { type: "conjunction" }).format(parts);

export const placesLine = (surface: SurfaceHealth): string => t("surfaces.places", { places: listed(surface.places.map((one) => placeName(surface, one))) });

export function viaLine({ via }: SurfaceHealth): string {
  return t("surfaces.via", { channel: inboxOf(via ?? "")?.name ?? via ?? "" });
}

export function surfaceState(surface: SurfaceHealth): string {
  if (surface.state === "down") return t("surfaces.state.down");
  return t(surface.state === "up" && lostPlaces(surface).length > 0 ? "channels.state.degraded" : `channels.state.${surface.state}`);
}

/** Why the surface as a whole has trouble: a newer server may have reasons that this page has no words for. */
export function surfaceWhy({ reason = "unknown" }: SurfaceHealth): string {
  if (reason === "misconfigured") return t("surfaces.why.misconfigured");
  const key = `channels.why.${reason}`;
  return t(isKey(key) ? key : "channels.why.unknown");
}

/** Whether its lost places say more than its state: with the account all of them are lost. */
const leads = ({ state }: SurfaceHealth): boolean => state !== "bad_credentials" && state !== "down";

export function surfaceTodo(surface: SurfaceHealth): string {
  const { reason = "unknown" } = surface;
  const ofPlace = reason === "misconfigured" || reason === "no_permission" || (leads(surface) && lostPlaces(surface).length > 0);
  const key = `channels.todo.${reason}`;
  return t(ofPlace ? "surfaces.todo.place" : isKey(key) ? key : "channels.todo.unknown");
}

const lostSince = (surface: SurfaceHealth, place: SurfacePlace): { place: string; time: string } => ({ place: placeName(surface, place), time: moment(place.lost_since ?? surface.since) });

/** Where the surface is named already. */
export const lostLine = (surface: SurfaceHealth, place: SurfacePlace): string => t("surfaces.lost.here", lostSince(surface, place));

/** In one line: a place that is lost says more than that something is not as it should be. */
export function surfaceTroubleLine(surface: SurfaceHealth): string {
  const lost = lostPlaces(surface);
  if (lost.length > 0 && leads(surface)) return lost.map((one) => t("surfaces.lost", { surface: surfaceName(surface), ...lostSince(surface, one) })).join(" ");
  return t("channels.line", { channel: surfaceName(surface), why: surfaceWhy(surface), time: moment(surface.since) });
}

export function surfaceBackLine({ surface, place, from, until }: Back): string {
  return t("surfaces.back", { surface: surfaceName(surface), place: placeName(surface, place), from: moment(from), until: moment(until) });
}

/** Where the open conversations of a lost place are now. */
export function wentLines({ shown_at, shown_nowhere }: SurfacePlace): string[] {
  const where = shown_at.map((one) => {
    const surface = surfaces.value.find(({ id }) => id === one.surface);
    const place = surface?.places.find(({ id }) => id === one.place);
    return `${surface ? surfaceName(surface) : one.surface} ${surface && place ? placeName(surface, place) : one.place}: ${one.conversations}`;
  });
  return [...(where.length > 0 ? [t("surfaces.shown", { places: listed(where) })] : []), ...(shown_nowhere > 0 ? [t("surfaces.nowhere", { n: shown_nowhere })] : [])];
}
