import { Icon } from "@deskbridge/ui";
import { WifiOff } from "lucide";
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { State } from "../desk/state.ts";
import type { Key } from "../words.ts";
import { useShared } from "./context.ts";

/** A blink of the line is nobody's business; only what lasts is told. */
const PATIENCE = 2500;

/** Says when the line is down, or that a link was no longer good. The element is always there: a live region must exist before it has something to say. */
export function Banner(): VNode {
  const { state, t } = useShared();
  const trouble = troubleOf(state);
  const [shown, setShown] = useState<Key | null>(null);
  useEffect(() => {
    if (trouble === null || trouble === "refused") return setShown(trouble);
    const timer = setTimeout(() => setShown(trouble), navigator.onLine ? PATIENCE : 0);
    return () => clearTimeout(timer);
  }, [trouble]);
  return (
    <div role="status">
      {shown !== null && (
        <p class="banner">
          <Icon of={WifiOff} size={16} />
          {t(shown)}
        </p>
      )}
      {state.spent && <p class="banner">{t("spent")}</p>}
    </div>
  );
}

function troubleOf({ phase, line }: State): Key | null {
  if (phase === "refused") return "refused";
  if (line === "open") return null;
  return phase === "starting" && line !== "offline" ? "connecting" : "offline";
}
