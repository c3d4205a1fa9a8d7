/** How the staff surfaces are, as the server last told those who can have them mended. */
import { computed, signal } from "@preact/signals";
import { getSurfaces } from "../api/endpoints.ts";
import type { SurfaceHealth, SurfacePlace } from "../api/types.ts";
import { newest, nextStamp } from "./fresh.ts";
import { readStored, store } from "./storage.ts";

export const surfaces = signal<readonly SurfaceHealth[]>([]);

/** The ends of losses that were read and put away in this browser. */
const putAway = signal<readonly string[]>(readStored<string[]>("surfaces_back") ?? []);
const KEPT = 50;

const isNewest = newest();

/** Shows the surfaces as they were asked for at this stamp. */
export function setSurfaces(next: readonly SurfaceHealth[], stamp: number): void {
  if (isNewest(stamp)) surfaces.value = next;
}

export async function loadSurfaces(): Promise<void> {
  const stamp = nextStamp();
  setSurfaces(await getSurfaces(), stamp);
}

export const lostPlaces = (surface: SurfaceHealth): SurfacePlace[] => surface.places.filter((one) => one.lost_since !== null);

const isBad = ({ state }: SurfaceHealth): boolean => state !== "up" && state !== "starting";

export function surfaceTrouble(surface: SurfaceHealth): boolean {
  return isBad(surface) || lostPlaces(surface).length > 0;
}

/** Which of them people are to be told of; what goes by a channel is told of with that. */
export const alarms = computed(() => surfaces.value.filter((one) => one.via === null && surfaceTrouble(one)));

/** A place that is there again. */
export type Back = { key: string; surface: SurfaceHealth; place: SurfacePlace; from: number; until: number };

export const backs = computed(() => surfaces.value.flatMap(backsOf).filter((one) => !putAway.value.includes(one.key)));

function backsOf(surface: SurfaceHealth): Back[] {
  return surface.places.flatMap((place) =>
    place.back && place.lost_since === null
      ? [{ key: `${surface.id}/${place.id}@${place.back.ended}`, surface, place, from: place.back.begun, until: place.back.ended }]
      : [],
  );
}

export function putBackAway({ key }: Back): void {
  putAway.value = [...putAway.value, key].slice(-KEPT);
  store("surfaces_back", putAway.value);
}
