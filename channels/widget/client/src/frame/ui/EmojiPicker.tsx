import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { EMOJI } from "../emoji.ts";
import { useShared } from "./context.ts";

const RECENT = 16;
const STEP: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };

/** A grid of emoji in groups; arrow keys walk through it, Escape leaves it. */
export function EmojiPicker({ onPick, onClose }: { onPick: (emoji: string) => void; onClose: () => void }): VNode {
  const { desk, state, t } = useShared();
  const box = useRef<HTMLDivElement>(null);
  const recent = state.kept.emoji ?? [];
  const groups = recent.length > 0 ? [{ name: "emoji_recent" as const, emoji: recent }, ...EMOJI] : EMOJI;
  useEffect(() => box.current?.querySelector("button")?.focus(), []);
  useEffect(() => {
    const outside = (event: PointerEvent): void => {
      const target = event.target as Element;
      if (!box.current?.contains(target) && !target.closest("[aria-expanded]")) onClose();
    };
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, []);

  const pick = (emoji: string): void => {
    onPick(emoji);
    desk.core.keep({ emoji: [emoji, ...recent.filter((one) => one !== emoji)].slice(0, RECENT) });
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      event.preventDefault();
      onClose();
    }
    const buttons = [...(box.current?.querySelectorAll("button") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = event.key in STEP ? buttons[at + STEP[event.key]!] : vertical(buttons, at, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  };

  return (
    <div class="emoji" ref={box} role="dialog" aria-label={t("emoji")} onKeyDown={keys}>
      {groups.map((group) => (
        <section key={group.name} aria-label={t(group.name)}>
          <h2>{t(group.name)}</h2>
          {group.emoji.map((emoji, at) => (
            <button key={at} type="button" onClick={() => pick(emoji)}>
              {emoji}
            </button>
          ))}
        </section>
      ))}
    </div>
  );
}

/** The nearest button in the next row up or down, by where things are drawn: groups do not fill whole rows. */
function vertical(buttons: HTMLElement[], at: number, key: string): HTMLElement | undefined {
  const from = buttons[at];
  if (!from || (key !== "ArrowDown" && key !== "ArrowUp")) return undefined;
  const beyond = buttons.filter((one) =>
    key === "ArrowDown" ? one.offsetTop > from.offsetTop : one.offsetTop < from.offsetTop,
  );
  const row = key === "ArrowDown" ? beyond[0]?.offsetTop : beyond.at(-1)?.offsetTop;
  const inRow = beyond.filter((one) => one.offsetTop === row);
  return inRow.sort((a, b) => Math.abs(a.offsetLeft - from.offsetLeft) - Math.abs(b.offsetLeft - from.offsetLeft))[0];
}
