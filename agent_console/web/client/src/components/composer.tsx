import type { VNode } from "preact";
import { Icon } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import type { DraftKind, Row } from "../api/types.ts";
import { editingOf } from "../store/editing.ts";
import { lockOf, type Lock } from "../store/lock.ts";
import { writing } from "../store/ui.ts";
import { may } from "../store/verbs.ts";
import { Editor } from "./editor.tsx";
import { Locked } from "./composer-locked.tsx";
import { Lock as LockIcon } from "./icons.ts";
import { MessageEditor } from "./message-editor.tsx";

/** Where one answers: a reply to the customer, or a note that only the team sees. */
export function Composer({ row }: { row: Row }): VNode | null {
  const lock = lockOf(row);
  const notes = may(row, "note");
  if (lock === "forbidden" && !notes) return <div class="composer-shut meta">{t("composer.readOnly")}</div>;
  const kind: DraftKind = writing.value === "note" && notes ? "note" : lock === "forbidden" ? "note" : "reply";
  return (
    <section class={`composer ${kind}`} aria-label={t(kind === "note" ? "composer.note" : "composer.reply")} data-composer={kind}>
      <div class="composer-tabs" role="tablist" aria-label={t("composer.kind")} onKeyDown={onTabKey}>
        {lock !== "forbidden" && <Tab kind="reply" on={kind === "reply"} />}
        {notes && <Tab kind="note" on={kind === "note"} />}
        {kind === "note" && <span class="meta composer-hint">{t("composer.onlyTeam")}</span>}
        {kind === "reply" && row.conversation.state === "closed" && <span class="meta composer-hint">{t("composer.reopens")}</span>}
      </div>
      <Inside row={row} kind={kind} lock={lock} />
    </section>
  );
}

/** To change what was said, an untaken conversation need not be taken first: nothing new is said in it. */
function Inside({ row, kind, lock }: { row: Row; kind: DraftKind; lock: Lock }): VNode {
  const editing = editingOf(row.conversation.id, kind);
  if (editing && (kind === "note" || lock === "open" || lock === "untaken")) {
    return <MessageEditor key={editing.message.id} row={row} kind={kind} editing={editing} />;
  }
  return kind === "reply" && lock !== "open" ? <Locked row={row} lock={lock} /> : <Editor key={kind} row={row} kind={kind} />;
}

function Tab({ kind, on }: { kind: DraftKind; on: boolean }): VNode {
  return (
    <button
      type="button"
      role="tab"
      class={`tab ${kind}`}
      aria-selected={on}
      tabIndex={on ? 0 : -1}
      data-tab={kind}
      onClick={() => {
        writing.value = kind;
      }}
    >
      {kind === "note" && <Icon of={LockIcon} size={14} />}
      {t(kind === "note" ? "composer.note" : "composer.reply")}
    </button>
  );
}

function onTabKey(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')];
  const next = tabs[(tabs.indexOf(document.activeElement as HTMLElement) + 1) % tabs.length];
  next?.focus();
  next?.click();
  event.preventDefault();
}
