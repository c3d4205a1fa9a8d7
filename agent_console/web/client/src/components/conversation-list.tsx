import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { t } from "../i18n/index.ts";
import type { Row } from "../api/types.ts";
import { countText } from "../lib/count.ts";
import { folders } from "../store/desk.ts";
import { ensure, failure, filtered, folder, listed, loading, loadMore, more, part, resetFilters, rows } from "../store/list.ts";
import { group } from "../store/order.ts";
import { openId } from "../store/reading.ts";
import { selecting } from "../store/selection.ts";
import { cursor } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { Button } from "./button.tsx";
import { Failure } from "./failure.tsx";
import { focusWhenShown, useFocusRequest } from "./hooks.ts";
import { useKeptPlace } from "./kept-place.ts";
import { RowItem } from "./row-item.tsx";
import { useSteadyPress } from "./steady-press.ts";
import { RotateCcw } from "./icons.ts";

type Entry = { group: 0 | 1 | 2 | 3; count: string } | Row;

const isRow = (entry: Entry): entry is Row => "conversation" in entry;

/** A heading has a number that is no conversation's. */
const idOf = (entry: Entry): number => (isRow(entry) ? entry.conversation.id : -entry.group);

/** In All: New above In work, each under its heading with its count (D43). */
function withGroups(all: readonly Row[]): Entry[] {
  const entries: Entry[] = [];
  let last: number | null = null;
  for (const row of all) {
    const here = group(row.conversation);
    if (here !== last) entries.push({ group: here, count: groupCount(here, all) });
    entries.push(row);
    last = here;
  }
  return entries;
}

/** The server's own count where it has one; with a filter, what is loaded, which is all of it once the next group has begun. */
function groupCount(of: 0 | 1 | 2 | 3, all: readonly Row[]): string {
  const known = of === 0 ? folders.value?.new : folders.value?.taken;
  if (known && !filtered.value && of < 2) return countText(known.total);
  const count = all.filter((row) => group(row.conversation) === of).length;
  return more.value && group(all.at(-1)!.conversation) === of ? `${count}+` : String(count);
}

const groupNames = ["group.new", "group.inWork", "group.snoozed", "group.closed"] as const;

export function ConversationList(): VNode {
  if (failure.value) return <Failure error={failure.value} retry={() => void ensure().catch(complain)} />;
  if (!listed.value) return <Skeleton />;
  if (rows.value.length === 0 && !more.value) return <Empty />;
  return <Rows />;
}

function Rows(): VNode {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const steady = useSteadyPress(".row-link");
  const all = rows.value;
  const entries: Entry[] = folder.value === "all" && part.value === null ? withGroups(all) : all.slice();
  const stop = tabStop(all);
  const stopAt = entries.findIndex((entry) => idOf(entry) === stop);

  const toCursor = (): void => {
    const index = entries.findIndex((entry) => idOf(entry) === (cursor.peek() ?? openId.peek()));
    if (index < 0) return void scroller.current?.querySelector<HTMLElement>(".row-link")?.focus();
    list.current?.scrollToIndex(index, { align: "nearest" });
    const id = idOf(entries[index]!);
    focusWhenShown(() => scroller.current?.querySelector<HTMLElement>(`[data-conversation="${id}"] .row-link`));
  };
  useFocusRequest("list", toCursor);

  const fill = (): void => {
    const handle = list.current;
    if (handle && more.peek() && handle.scrollOffset + handle.viewportSize * 2 > handle.scrollSize) void loadMore().catch(complain);
  };
  useEffect(fill, [entries.length]);
  useKeptPlace(scroller, list, entries.map(idOf));
  useEffect(() => {
    scroller.current?.scrollTo(0, 0);
  }, [folder.value, part.value]);

  return (
    <div ref={scroller} class={`rows ${selecting.value ? "selecting" : ""}`} onKeyDown={onArrow} {...steady}>
      {/* The row in the tab order stays in the page wherever one scrolls: with it would go the focus, and the way of the keys. */}
      <Virtualizer ref={list} as="ul" item="li" scrollRef={scroller} onScroll={fill} bufferSize={400} keepMounted={stopAt < 0 ? [] : [stopAt]}>
        {entries.map((entry) => {
          if (!isRow(entry)) return <GroupHead key={idOf(entry)} name={t(groupNames[entry.group])} count={entry.count} />;
          const { id } = entry.conversation;
          return <RowItem key={id} row={entry} stop={id === stop} />;
        })}
      </Virtualizer>
      {loading.value && <div class="rows-more" role="status">{t("list.loading")}</div>}
    </div>
  );
}

/** One row of the list is in the tab order: the one under J and K, else the open one, else the first. */
function tabStop(all: readonly Row[]): number | undefined {
  const has = (id: number | null): boolean => all.some((row) => row.conversation.id === id);
  if (has(cursor.value)) return cursor.value!;
  if (has(openId.value)) return openId.value!;
  return all[0]?.conversation.id;
}

/** Arrow keys walk over the rows that are drawn; the list draws more of them as the focus moves. */
function onArrow(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || event.altKey || event.ctrlKey) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>(".row-link")];
  const here = links.findIndex((link) => link === document.activeElement);
  const next = links[here + (event.key === "ArrowDown" ? 1 : -1)];
  if (here < 0 || !next) return;
  event.preventDefault();
  next.focus();
}

function GroupHead({ name, count }: { name: string; count: string }): VNode {
  return (
    <h3 class="group-head">
      {name} <span aria-hidden="true">·</span> {count}
    </h3>
  );
}

function Skeleton(): VNode {
  return (
    <div class="rows" aria-busy="true" aria-label={t("list.loading")}>
      {Array.from({ length: 7 }, (_, at) => (
        <div key={at} class="row skeleton" aria-hidden="true">
          <span class="avatar m" />
          <span class="bone wide" />
          <span class="bone" />
        </div>
      ))}
    </div>
  );
}

const emptyParts = { unanswered: "empty.unanswered", internal: "empty.internal", closed: "empty.mineClosed", snoozed: "empty.snoozed" } as const;
const emptyPartHints = { unanswered: "empty.unanswered.hint", internal: "empty.internal.hint", closed: "empty.mineClosed.hint", snoozed: "empty.snoozed.hint" } as const;

function Empty(): VNode {
  if (filtered.value) {
    return (
      <div class="empty">
        <p>{t("empty.filtered")}</p>
        <Button icon={RotateCcw} onClick={() => void resetFilters().catch(complain)}>
          {t("filter.reset")}
        </Button>
      </div>
    );
  }
  if (part.value !== null) {
    return (
      <div class="empty">
        <p>{t(emptyParts[part.value])}</p>
        <p class="meta">{t(emptyPartHints[part.value])}</p>
      </div>
    );
  }
  const key = { new: "empty.new", mine: "empty.mine", all: "empty.all", closed: "empty.closed", deleted: "empty.deleted" } as const;
  const hint = { new: "empty.new.hint", mine: "empty.mine.hint", all: "empty.all.hint", closed: "empty.closed.hint", deleted: "empty.deleted.hint" } as const;
  return (
    <div class="empty">
      <p>{t(key[folder.value])}</p>
      <p class="meta">{t(hint[folder.value])}</p>
    </div>
  );
}
