/** One verb for many conversations: some at a time, and then how many it was and what was refused. */
import { signal } from "@preact/signals";
import { postBulk } from "../api/endpoints.ts";
import type { BulkOrder, Refusal } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { deselect } from "./selection.ts";
import { toast, type ToastAction } from "./toasts.ts";
import { dialog } from "./ui.ts";
import { complain } from "./verbs.ts";

/** As many as the server takes in one request. */
const AT_ONCE = 200;

/** How far it has come, while it takes more than one request. */
export const working = signal<{ done: number; total: number } | null>(null);

/** Does it, and says so; whatever was refused stays selected, and can be looked at. */
export async function doForAll(ids: readonly number[], order: BulkOrder): Promise<void> {
  const done: number[] = [];
  const refused: Refusal[] = [];
  try {
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      if (ids.length > AT_ONCE) working.value = { done: at, total: ids.length };
      const outcome = await postBulk(ids.slice(at, at + AT_ONCE), order);
      done.push(...outcome.done);
      refused.push(...outcome.refused);
      deselect(outcome.done);
    }
  } catch (error) {
    complain(error);
  } finally {
    working.value = null;
  }
  if (done.length + refused.length > 0) tell(order, done, refused);
}

function tell(order: BulkOrder, done: readonly number[], refused: readonly Refusal[]): void {
  const title = t(`bulk.done.${order.do}`, { n: done.length });
  if (refused.length === 0) return void toast({ tone: "info", title, ...wayBack(order, done) });
  const show = { label: t("bulk.show"), run: () => void (dialog.value = { kind: "refused", refused }) };
  toast({ tone: "error", title, text: t("bulk.refused", { n: refused.length }), action: show });
}

/** What was deleted comes back by one press; what went for good does not. */
function wayBack(order: BulkOrder, ids: readonly number[]): { action?: ToastAction } {
  if (order.do !== "delete") return {};
  return { action: { label: t("action.undo"), run: () => void doForAll(ids, { do: "restore" }) } };
}
