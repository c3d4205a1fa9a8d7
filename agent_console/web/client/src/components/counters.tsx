import type { VNode } from "preact";
import type { Count } from "../api/types.ts";
import { t } from "../i18n/index.ts";

/** The server counts to 1,000 and says 1,001 for "more". */
export function countText(count: number): string {
  return count > 1000 ? "1000+" : String(count);
}

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
