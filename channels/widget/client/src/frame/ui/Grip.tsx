import type { VNode } from "preact";
import { useShared } from "./context.ts";

const SMALLEST = { width: 320, height: 360 };

/** The corner to drag the window by. Whoever cannot drag has the button for the larger window beside it. */
export function Grip(): VNode {
  const { desk, t } = useShared();
  const grab = (down: PointerEvent): void => {
    const grip = down.currentTarget as HTMLElement;
    const sign = document.documentElement.dataset["side"] === "left" ? 1 : -1;
    const { innerWidth: width, innerHeight: height } = window;
    grip.setPointerCapture(down.pointerId);
    // The frame itself grows under the pointer, so only the screen's coordinates stand still.
    grip.onpointermove = (move) =>
      desk.setSize([
        Math.max(SMALLEST.width, Math.round(width + sign * (move.screenX - down.screenX))),
        Math.max(SMALLEST.height, Math.round(height + down.screenY - move.screenY)),
      ]);
    grip.onlostpointercapture = () => (grip.onpointermove = null);
  };
  return <div class="grip wide-only" title={t("resize")} aria-hidden onPointerDown={grab} />;
}
