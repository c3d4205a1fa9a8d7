import type { VNode } from "preact";
import { t } from "../i18n/index.ts";
import type { Count } from "../api/types.ts";
import { countText } from "../lib/count.ts";

/** Unread and total, as R10 wants them; one sentence for those who hear them. */
export function Counters({ count }: { count: Count }): VNode {
  const { unread, total } = count;
  return (
    <span class="counters">
      <span class="sr-only">{t("rail.counts", { unread: countText(unread), total: countText(total) })}</span>
      <span aria-hidden="true" class="counters-text">
        {unread > 0 && <i data-unread>{countText(unread)}</i>}
        {unread > 0 && " / "}
        <span data-total>{countText(total)}</span>
      </span>
      {unread > 0 && (
        <span class="rail-badge" aria-hidden="true">
          {unread > 99 ? "99+" : unread}
        </span>
      )}
    </span>
  );
}
