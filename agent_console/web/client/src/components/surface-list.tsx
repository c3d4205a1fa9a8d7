import type { VNode } from "preact";
import { Icon, type IconShape } from "@deskbridge/ui";
import type { SurfaceHealth, SurfacePlace } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { moment } from "../store/channel-words.ts";
import { lostLine, placesLine, surfaceName, surfaceState, surfaceTodo, surfaceWhy, viaLine, wentLines } from "../store/surface-words.ts";
import { lostPlaces, surfaces, surfaceTrouble } from "../store/surfaces.ts";
import { CircleCheck, Hourglass, Mail, MessagesSquare, Send, TriangleAlert } from "./icons.ts";

const icons: Record<string, IconShape> = { telegram_forum: Send, email: Mail };

/** Each staff surface but this one: how it is, since when and why, what to do, and which places are lost. */
export function SurfaceList({ cards = false }: { cards?: boolean }): VNode {
  return (
    <ul class={cards ? "cards" : "channels-list"}>
      {surfaces.value.map((one) => (
        <Surface key={one.id} of={one} card={cards} />
      ))}
    </ul>
  );
}

function Surface({ of, card }: { of: SurfaceHealth; card: boolean }): VNode {
  const bad = surfaceTrouble(of);
  // That places are lost is said of each below.
  const whole = of.state !== "up" && of.state !== "starting" && of.reason !== "unreachable";
  return (
    <li class={`channel-line ${card ? "card" : ""} ${bad ? "bad" : ""}`} data-surface={of.id} data-state={of.state}>
      <h3 dir="auto">
        <Icon of={icons[of.kind] ?? MessagesSquare} size={16} /> {surfaceName(of)}
      </h3>
      <p class="channel-state">
        <Icon of={bad ? TriangleAlert : of.state === "up" ? CircleCheck : Hourglass} size={16} />
        {t("channels.since", { state: surfaceState(of), time: moment(whole ? of.since : (lostPlaces(of)[0]?.lost_since ?? of.since)) })}
      </p>
      {bad && (
        <div class="channel-why">
          {whole && <p>{t("channels.because", { why: surfaceWhy(of) })}</p>}
          {whole && <Sentence of={of.sentence} />}
          {lostPlaces(of).map((place) => (
            <Lost key={place.id} of={of} place={place} />
          ))}
          <p>{surfaceTodo(of)}</p>
        </div>
      )}
      {of.places.length > 0 && (
        <p class="meta" dir="auto">
          {placesLine(of)}
        </p>
      )}
      <p class="meta" dir="auto">
        {of.via === null ? t("surfaces.sent", { time: of.sent_at === null ? t("channels.never") : moment(of.sent_at) }) : viaLine(of)}
      </p>
    </li>
  );
}

function Lost({ of, place }: { of: SurfaceHealth; place: SurfacePlace }): VNode {
  return (
    <div class="lost-place" data-place={place.id}>
      <p class="channel-warning" dir="auto">
        {lostLine(of, place)}
      </p>
      <Sentence of={place.sentence} />
      {wentLines(place).map((line) => (
        <p key={line} dir="auto">
          {line}
        </p>
      ))}
    </div>
  );
}

/** What the platform's module says of it, for whoever mends it. */
function Sentence({ of }: { of: string | null | undefined }): VNode | null {
  return of ? (
    <p class="meta" lang="en">
      {of}
    </p>
  ) : null;
}
