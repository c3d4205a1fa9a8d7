import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { Icon } from "@deskbridge/ui";
import type { FolderId, Part } from "../api/types.ts";
import { t, type Key } from "../i18n/index.ts";
import { countText } from "../lib/count.ts";
import { folders } from "../store/desk.ts";
import { folder, part, PARTS, show } from "../store/list.ts";
import { complain } from "../store/verbs.ts";
import { useFitting } from "./fitting.ts";
import { ChevronDown } from "./icons.ts";
import { MenuButton, type MenuItem } from "./menu.tsx";

/** What the folder itself is called beside the lists within it. */
const whole: Partial<Record<FolderId, Key>> = { all: "part.open", mine: "part.replies" };

/** With a number of hidden ones beside it, in any language. */
const MORE_WIDTH = 74;

/** The lists within a folder: of Mine what I answer, what I follow, what is over; of All what waits for a first answer. */
export function ListParts(): VNode | null {
  const here = folder.value;
  const within = PARTS[here];
  const name = whole[here];
  return within && name ? <PartRow key={here} parts={[null, ...within]} whole={name} /> : null;
}

/** On one line: those for which it has no room are behind its last button. */
function PartRow({ parts, whole: name }: { parts: readonly (Part | null)[]; whole: Key }): VNode {
  const row = useRef<HTMLDivElement>(null);
  const shown = parts.indexOf(part.value);
  const fits = useFitting(row, shown, MORE_WIDTH);
  const label = (of: Part | null): string => t(of === null ? name : `part.${of}`);
  return (
    <div ref={row} class="list-parts mini-tabs" role="group" aria-label={t("part.label")}>
      {parts.map((one, at) => (
        <PartButton key={one} of={one} label={label(one)} cut={at >= fits} />
      ))}
      {fits < parts.length && <MoreParts parts={parts.slice(fits)} label={label} />}
    </div>
  );
}

/** Says which of its lists is open, else how many wait in them. */
function MoreParts({ parts, label }: { parts: readonly (Part | null)[]; label: (of: Part | null) => string }): VNode {
  const open = parts.includes(part.value);
  const words = open ? label(part.value) : t("action.more");
  const count = open ? counted(part.value) : parts.reduce((sum, one) => sum + counted(one), 0);
  const items = (): MenuItem[] => parts.map((of) => ({ id: of ?? "whole", label: withCount(label(of), counted(of)), checked: of === part.peek(), run: () => openPart(of) }));
  return (
    <MenuButton class="tab" label={withCount(words, count)} items={items} name="parts" current={open} align="start">
      {words}
      {count > 0 && <span class="part-count">{countText(count)}</span>}
      <Icon of={ChevronDown} size={14} />
    </MenuButton>
  );
}

const withCount = (words: string, count: number): string => (count > 0 ? `${words} ${countText(count)}` : words);
const openPart = (of: Part | null): void => void show(folder.peek(), of).catch(complain);

/** How many, where that asks to be looked at. */
function counted(of: Part | null): number {
  const known = folders.value;
  if (of === "unanswered") return known?.unanswered.total ?? 0;
  if (of === "snoozed") return (folder.value === "mine" ? known?.mine_snoozed : known?.snoozed)?.total ?? 0;
  return 0;
}

function PartButton({ of, label, cut }: { of: Part | null; label: string; cut: boolean }): VNode {
  const on = part.value === of;
  const count = counted(of);
  return (
    <button type="button" class={`tab ${cut ? "cut" : ""}`} aria-pressed={on} data-part={of ?? "whole"} onClick={() => openPart(of)}>
      {label}
      {count > 0 && <span class="part-count">{countText(count)}</span>}
    </button>
  );
}
