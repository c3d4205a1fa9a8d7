import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { getTagsInUse, NONE } from "../api/endpoints.ts";
import type { TagCount } from "../api/types.ts";
import { locale, t } from "../i18n/index.ts";
import { countText } from "../lib/count.ts";
import { pinnedTags, tagLabel, tags } from "../store/labels.ts";
import { filters } from "../store/list.ts";
import { narrow } from "../store/narrow.ts";
import { complain } from "../store/verbs.ts";
import { PickList, type Choice } from "./pick-list.tsx";

type Mode = "all" | "none" | "list";
const MODES: readonly Mode[] = ["all", "none", "list"];
/** The server's own limit: more would find nobody. */
const MOST_TAGS = 10;

/** All clients, those without a tag, or those who have every tag that is picked (S33 to S39). */
export function TagFilter(): VNode {
  const [counts, setCounts] = useState<readonly TagCount[]>([]);
  const [lists, setLists] = useState(false);
  useEffect(() => {
    getTagsInUse().then(setCounts).catch(complain);
  }, []);
  const { tags: wanted = "", pinned = false } = filters.value;
  const chosen = new Set(wanted === "" || wanted === NONE ? [] : wanted.split(","));
  const mode: Mode = wanted === NONE ? "none" : chosen.size > 0 || lists ? "list" : "all";
  const choose = (next: Mode): void => {
    setLists(next === "list");
    if (next === "none") narrow({ tags: NONE, pinned: undefined });
    else if (next === "all" || wanted === NONE) narrow({ tags: undefined });
  };
  const toggle = (id: string, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    if (next.size <= MOST_TAGS) narrow({ tags: [...next].join(",") });
  };
  return (
    <fieldset class="tag-filter">
      <legend>{t("filter.tags")}</legend>
      <div class="filter-modes">
        {MODES.map((one) => (
          <label key={one} class="check">
            <input type="radio" name="tags" value={one} checked={mode === one} onChange={() => choose(one)} />
            {t(`filter.tags.${one}`)}
          </label>
        ))}
      </div>
      {pinnedTags.value.size > 0 && (
        <label class="check">
          <input type="checkbox" role="switch" checked={pinned} disabled={mode === "none"} onChange={(event) => narrow({ pinned: event.currentTarget.checked || undefined })} />
          {t("filter.pinned")}
        </label>
      )}
      <PickList label={t("filter.tags.pick")} choices={choices(counts, chosen, pinned)} chosen={chosen} toggle={toggle} disabled={mode === "none"} />
    </fieldset>
  );
}

/** The tags that conversations have: those chosen on top, then by how many have them. */
export function choices(counts: readonly TagCount[], chosen: ReadonlySet<string>, pinned: boolean): Choice[] {
  const numbers = new Map(counts.map(({ id, count }) => [id, count]));
  const ids = [...new Set([...numbers.keys(), ...chosen])].filter((id) => !pinned || pinnedTags.value.has(id) || chosen.has(id));
  const count = (id: string): number => numbers.get(id) ?? 0;
  const on = (id: string): number => Number(chosen.has(id));
  ids.sort((a, b) => on(b) - on(a) || count(b) - count(a) || tagLabel(a).localeCompare(tagLabel(b), locale.value));
  return ids.map((id) => ({ id, label: tagLabel(id), color: tags.value.get(id)?.color, note: countText(count(id)) }));
}
