import { fullTime, Icon } from "@deskbridge/ui";
import { Lock } from "lucide";
import type { VNode } from "preact";
import type { Block } from "../../shared/protocol.ts";
import { useShared } from "./context.ts";

/** Stands where one would write, for a visitor who may not: that it is so and until when, never why. */
export function Locked({ block }: { block: Block }): VNode {
  const { t, locale } = useShared();
  return (
    <p class="locked" role="status">
      <Icon of={Lock} size={18} />
      <span>{block.until === null ? t("blocked") : t("blocked_until", { time: fullTime(block.until, locale) })}</span>
    </p>
  );
}
