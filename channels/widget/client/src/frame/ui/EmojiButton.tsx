import { Icon, type IconShape } from "@deskbridge/ui";
import type { RefObject, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useShared } from "./context.ts";
import type { EmojiPicker } from "./EmojiPicker.tsx";

type Props = {
  icon: IconShape;
  open: boolean;
  onToggle: (open: boolean) => void;
  onPick: (emoji: string) => void;
  back: RefObject<HTMLElement | null>;
};

/** The picker is fetched when it is first wanted. */
export function EmojiButton({ icon, open, onToggle, onPick, back }: Props): VNode {
  const { t } = useShared();
  const [Picker, setPicker] = useState<{ here: typeof EmojiPicker } | null>(null);
  useEffect(() => {
    if (open && !Picker) void import("./EmojiPicker.tsx").then((module) => setPicker({ here: module.EmojiPicker }));
  }, [open]);
  const close = (): void => {
    onToggle(false);
    back.current?.focus();
  };
  return (
    <>
      <button
        type="button"
        class="tool"
        aria-label={t("emoji")}
        title={t("emoji")}
        aria-expanded={open}
        onClick={() => onToggle(!open)}
      >
        <Icon of={icon} />
      </button>
      {open && Picker && <Picker.here onPick={onPick} onClose={close} />}
    </>
  );
}
