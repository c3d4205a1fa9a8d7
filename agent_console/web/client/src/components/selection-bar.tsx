import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import { tags, topicsAreUsed } from "../store/labels.ts";
import { doForAll, working } from "../store/bulk.ts";
import { folder } from "../store/list.ts";
import { allSelected, askToDelete, offered, selectAll, selected, selectNothing } from "../store/selection.ts";
import { settings } from "../store/session.ts";
import { offeredStatuses } from "../store/statuses.ts";
import { dialog, focusOn, type Dialog } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { IconButton } from "./button.tsx";
import { AlarmClock, ChevronDown, CircleCheck, CircleDot, MailOpen, RotateCcw, Tag, Tags, Trash2, UserPlus, X } from "./icons.ts";
import { MenuButton, type MenuEntry } from "./menu.tsx";

/** Stands where the search was, for as long as anything is selected (S24). */
export function SelectionBar(): VNode {
  const { size } = selected.value;
  const bar = useRef<HTMLDivElement>(null);
  const words = working.value ? t("bulk.working", working.value) : t("select.count", { n: size });
  const leave = (): void => {
    selectNothing();
    focusOn("list");
  };
  return (
    <div ref={bar} class="bar list-bar selection-bar" role="toolbar" aria-label={t("select.toolbar")} onKeyDown={(event) => onArrow(event, bar.current!)}>
      <SelectAll />
      <MenuButton class="btn" label={t("select.actions")} items={actions} align="start">
        <span>{t("select.actions")}</span>
        <Icon of={ChevronDown} size={16} />
      </MenuButton>
      <span class="selection-count" data-selected={size} title={words}>
        {words}
      </span>
      <IconButton icon={X} label={t("select.none")} side="left" onClick={leave} />
    </div>
  );
}

function SelectAll(): VNode {
  const box = useRef<HTMLInputElement>(null);
  const all = allSelected.value;
  useEffect(() => {
    box.current!.indeterminate = !all;
  }, [all]);
  return (
    <label class="select-all" data-tip={t("select.all")} data-tip-side="right">
      <input ref={box} type="checkbox" aria-label={t("select.all")} checked={all} onChange={() => (all ? selectNothing() : void selectAll().catch(complain))} />
    </label>
  );
}

/** What any of the selected allows; those that do not are named afterwards. */
export function actions(): MenuEntry[] {
  const ids = [...selected.peek()];
  const ask = (of: Extract<Dialog, { kind: "bulk" }>["do"]) => (): void => void (dialog.value = { kind: "bulk", ids, do: of });
  const doing = (order: Parameters<typeof doForAll>[1]) => (): void => void doForAll(ids, order).catch(complain);
  if (folder.peek() === "deleted") {
    const items = [
      offered("restore") && { id: "restore", label: t("action.restore"), icon: RotateCcw, run: doing({ do: "restore" }) },
      offered("purge") && { id: "purge", label: t("action.purge"), icon: Trash2, tone: "danger" as const, run: askToDelete },
    ];
    return items.filter((item) => item !== false);
  }
  const close = settings.peek().topic_required_to_close && topicsAreUsed() ? ask("close") : doing({ do: "close" });
  const items: (MenuEntry | false)[] = [
    offered("assign") && { id: "assign", label: t("action.assign"), icon: UserPlus, run: ask("assign") },
    offered("close") && { id: "close", label: t("action.close"), icon: CircleCheck, run: close },
    offered("snooze") && { id: "snooze", label: t("action.snooze"), icon: AlarmClock, run: ask("snooze") },
    offered("reopen") && { id: "reopen", label: t("action.reopen"), icon: RotateCcw, run: doing({ do: "reopen" }) },
    offered("set_status") && offeredStatuses.peek().length > 0 && { id: "status", label: t("status.change"), icon: CircleDot, run: ask("status") },
    offered("set_topics") && topicsAreUsed() && { id: "topic", label: t("action.topics"), icon: Tag, run: ask("topic") },
    offered("tag") && tags.peek().size > 0 && { id: "tag", label: t("action.tags"), icon: Tags, run: ask("tag") },
    { id: "read", label: t("action.markRead"), icon: MailOpen, run: doing({ do: "read" }) },
    offered("delete") && { id: "delete", label: t("action.deleteConversation"), icon: Trash2, tone: "danger", run: askToDelete },
  ];
  return items.filter((item) => item !== false);
}

/** Arrows walk along the toolbar, as its role promises. */
function onArrow(event: KeyboardEvent, bar: HTMLElement): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const parts = [...bar.querySelectorAll<HTMLElement>("input, button")];
  const here = parts.indexOf(document.activeElement as HTMLElement);
  if (step === undefined || here < 0) return;
  event.preventDefault();
  parts[(here + step + parts.length) % parts.length]!.focus();
}
