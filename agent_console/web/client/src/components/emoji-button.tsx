import type { ComponentType, VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import { t } from "../i18n/index.ts";
import { IconButton } from "./button.tsx";
import { useLeave } from "./hooks.ts";
import { Smile } from "./icons.ts";
import type { EmojiPickerProps } from "./emoji-picker.tsx";

/** The picker is fetched when it is first opened. */
export function EmojiButton({ onPick }: { onPick: (emoji: string) => void }): VNode {
  const whole = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const [Picker, setPicker] = useState<ComponentType<EmojiPickerProps> | null>(null);
  useLeave(whole, open, () => setOpen(false));
  const toggle = async (): Promise<void> => {
    if (!Picker) {
      const loaded = await import("./emoji-picker.tsx");
      setPicker(() => loaded.EmojiPicker);
    }
    setOpen(!open);
  };
  const close = (): void => {
    setOpen(false);
    whole.current?.querySelector("button")?.focus();
  };
  return (
    <div ref={whole} class="emoji">
      <IconButton icon={Smile} label={t("key.emoji")} aria-expanded={open} tip={open ? false : t("key.emoji")} onClick={() => void toggle()} />
      {open && Picker && (
        <Picker
          onClose={close}
          onPick={(emoji) => {
            setOpen(false);
            onPick(emoji);
          }}
        />
      )}
    </div>
  );
}
