import type { VNode } from "preact";
import { t } from "../i18n/index.ts";
import { selected, selectThrough, toggleSelected } from "../store/selection.ts";

/** Comes over the avatar under the pointer or with the focus, and stays while anything is selected (S23). */
export function RowCheck({ id, name, stop }: { id: number; name: string; stop: boolean }): VNode {
  const choose = (event: MouseEvent): void => {
    if (!event.shiftKey) return toggleSelected(id);
    event.preventDefault();
    selectThrough(id);
  };
  return (
    <label class="row-check">
      <input type="checkbox" checked={selected.value.has(id)} tabIndex={stop ? 0 : -1} aria-label={t("select.row", { name })} onClick={choose} />
    </label>
  );
}
