import type { VNode } from "preact";
import { useShared } from "./context.ts";

/** The shape of what is coming, with one sentence for those who do not see it. */
export function Skeleton(): VNode {
  const { t } = useShared();
  return (
    <div class="skeleton" role="status">
      <span class="unseen">{t("connecting")}</span>
      <i />
      <i class="mine" />
      <i />
    </div>
  );
}
