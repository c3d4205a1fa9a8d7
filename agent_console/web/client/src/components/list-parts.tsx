import type { VNode } from "preact";
import type { FolderId, Part } from "../api/types.ts";
import { t, type Key } from "../i18n/index.ts";
import { folders } from "../store/desk.ts";
import { folder, part, PARTS, show } from "../store/list.ts";
import { complain } from "../store/verbs.ts";
import { countText } from "./counters.tsx";

/** What the folder itself is called beside the lists within it. */
const whole: Partial<Record<FolderId, Key>> = { all: "part.open", mine: "part.replies" };

/** The lists within a folder: of Mine what I answer, what I follow, what is over; of All what waits for a first answer. */
export function ListParts(): VNode | null {
  const here = folder.value;
  const within = PARTS[here];
  const name = whole[here];
  if (!within || !name) return null;
  return (
    <div class="list-parts mini-tabs" role="group" aria-label={t("part.label")}>
      <PartButton of={null} label={t(name)} />
      {within.map((one) => (
        <PartButton key={one} of={one} label={t(`part.${one}`)} />
      ))}
    </div>
  );
}

/** How many, where that asks to be looked at. */
function counted(of: Part | null): number {
  const known = folders.value;
  if (of === "unanswered") return known?.unanswered.total ?? 0;
  if (of === "snoozed") return (folder.value === "mine" ? known?.mine_snoozed : known?.snoozed)?.total ?? 0;
  return 0;
}

function PartButton({ of, label }: { of: Part | null; label: string }): VNode {
  const on = part.value === of;
  const count = counted(of);
  return (
    <button type="button" class="tab" aria-pressed={on} data-part={of ?? "whole"} onClick={() => void show(folder.peek(), of).catch(complain)}>
      {label}
      {count > 0 && <span class="part-count">{countText(count)}</span>}
    </button>
  );
}
