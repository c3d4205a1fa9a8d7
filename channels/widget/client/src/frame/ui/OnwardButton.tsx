import { Icon } from "@deskbridge/ui";
import { Smartphone } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useShared } from "./context.ts";
import type { Onward } from "./Onward.tsx";

/** Offers to go on in a messenger; what it opens is fetched when it is first wanted. */
export function OnwardButton(): VNode | null {
  const { state, t } = useShared();
  const { view, config, phase, block } = state;
  const [Sheet, setSheet] = useState<{ here: typeof Onward } | null>(null);
  const [open, setOpen] = useState(false);
  if (view.at !== "thread" || config.continue_via.length === 0 || phase !== "ready" || block) return null;
  const show = async (): Promise<void> => {
    const module = await import("./Onward.tsx");
    setSheet({ here: module.Onward });
    setOpen(true);
  };
  return (
    <>
      <button
        type="button"
        class="tool"
        aria-label={t("onward")}
        title={t("onward")}
        aria-haspopup="dialog"
        onClick={() => void show()}
      >
        <Icon of={Smartphone} size={18} />
      </button>
      {open && Sheet && <Sheet.here thread={view.thread} onClose={() => setOpen(false)} />}
    </>
  );
}
