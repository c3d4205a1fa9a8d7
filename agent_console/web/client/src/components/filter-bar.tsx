import type { VNode } from "preact";
import { Icon } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import { filterWords } from "../store/filter-words.ts";
import { filtered, filters } from "../store/list.ts";
import { widen } from "../store/narrow.ts";
import { dialog } from "../store/ui.ts";
import { BookmarkPlus, ListFilter, RotateCcw } from "./icons.ts";
import { IconButton } from "./button.tsx";

/** Opens sorting and filters; highlighted for as long as the list is narrowed (R25). */
export function FilterButton(): VNode {
  return (
    <button
      type="button"
      class={`icon-btn filter-btn ${filtered.value ? "active" : ""}`}
      aria-haspopup="dialog"
      aria-label={t(filtered.value ? "filter.labelOn" : "filter.label")}
      data-tip={t("filter.label")}
      data-tip-side="left"
      onClick={() => (dialog.value = { kind: "filters" })}
    >
      <Icon of={ListFilter} size={18} />
      {filtered.value && <span class="rail-dot" aria-hidden="true" />}
    </button>
  );
}

/** What the list is narrowed to, in whatever folder, and the one press that ends it. */
export function FilterBar(): VNode | null {
  if (!filtered.value) return null;
  return (
    <div class="filter-bar" role="status">
      <span class="filter-words" dir="auto">
        {filterWords(filters.value).join(" · ")}
      </span>
      <IconButton icon={BookmarkPlus} size={14} label={t("views.keep")} side="left" onClick={() => (dialog.value = { kind: "view", view: null })} />
      <IconButton icon={RotateCcw} size={14} label={t("filter.reset")} side="left" onClick={widen} />
    </div>
  );
}
