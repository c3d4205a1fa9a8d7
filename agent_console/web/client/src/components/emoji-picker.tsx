import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n/index.ts";
import { EMOJI } from "../lib/emoji.ts";
import { readStored, store } from "../store/storage.ts";
import { findEmoji } from "../store/suggest.ts";

export type EmojiPickerProps = { onPick: (emoji: string) => void; onClose: () => void };

const KEPT = 16;
const COLUMNS = 8;

export function EmojiPicker({ onPick, onClose }: EmojiPickerProps): VNode {
  const [query, setQuery] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const recent = readStored<string[]>("emoji") ?? [];
  const shown = query === "" ? EMOJI : findEmoji(EMOJI, query);
  useEffect(() => field.current?.focus(), []);
  const pick = (emoji: string): void => {
    store("emoji", [emoji, ...recent.filter((one) => one !== emoji)].slice(0, KEPT));
    onPick(emoji);
  };
  return (
    <div
      class="emoji-box"
      role="dialog"
      aria-label={t("key.emoji")}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
        else if (!walk(event)) return;
        event.stopPropagation();
        event.preventDefault();
      }}
    >
      <input
        ref={field}
        type="search"
        value={query}
        placeholder={t("emoji.search")}
        aria-label={t("emoji.search")}
        onInput={(event) => setQuery(event.currentTarget.value.trim())}
        onKeyDown={(event) => {
          if (event.key === "Enter" && shown[0]) pick(shown[0][0]);
        }}
      />
      {query === "" && recent.length > 0 && <Grid label={t("emoji.recent")} emoji={recent} pick={pick} />}
      <Grid label={t("key.emoji")} emoji={shown.map(([sign]) => sign)} pick={pick} />
    </div>
  );
}

function Grid({ label, emoji, pick }: { label: string; emoji: readonly string[]; pick: (emoji: string) => void }): VNode {
  return (
    <div class="emoji-grid" role="group" aria-label={label}>
      {emoji.map((sign) => (
        <button key={sign} type="button" class="emoji-one" onClick={() => pick(sign)}>
          {sign}
        </button>
      ))}
    </div>
  );
}

/** Arrow keys walk over the grid. */
function walk(event: KeyboardEvent & { currentTarget: HTMLElement }): boolean {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
  if (step === undefined || (event.target instanceof HTMLInputElement && Math.abs(step) === 1)) return false;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>(".emoji-one")];
  const here = all.indexOf(document.activeElement as HTMLElement);
  const next = here < 0 ? all[0] : all[here + step];
  next?.focus();
  return true;
}
