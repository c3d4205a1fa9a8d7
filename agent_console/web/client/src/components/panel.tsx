import type { ComponentType, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t, type Key } from "../i18n/index.ts";
import type { Row } from "../api/types.ts";
import { details, loadDetail, openRow, type Detail } from "../store/reading.ts";
import { settings } from "../store/session.ts";
import { panelSheet, panelShown } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { contactName } from "../store/words.ts";
import { AttachmentsBlock } from "./panel-attachments.tsx";
import { Avatar } from "./avatar.tsx";
import { ContactBlock } from "./panel-contact.tsx";
import { EarlierBlock } from "./panel-earlier.tsx";
import { HistoryTab } from "./panel-history.tsx";
import { IconButton } from "./button.tsx";
import { LeaveNote, NotesTab } from "./panel-notes.tsx";
import { SourceBlock } from "./panel-source.tsx";
import { VisitBlock } from "./panel-visit.tsx";
import { X } from "./icons.ts";

export type BlockProps = { row: Row; detail: Detail };

/** The blocks by the ids of the YAML; `notes` and `history` are tabs of their own. */
const blocks: Record<string, ComponentType<BlockProps>> = {
  contact: ContactBlock,
  visit: VisitBlock,
  source: SourceBlock,
  attachments: AttachmentsBlock,
  conversations: EarlierBlock,
};

/** The fourth column, or a sheet where there is no room for one: who the customer is. */
export function Panel(): VNode | null {
  const row = openRow.value;
  const whole = useRef<HTMLElement>(null);
  const asSheet = panelSheet.value;
  useEffect(() => {
    if (!asSheet) return;
    const before = document.activeElement;
    whole.current?.querySelector<HTMLElement>(".panel-close")?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [asSheet]);
  if (!row) return null;
  const { id } = row.conversation;
  return (
    <aside ref={whole} class={`panel ${panelShown.value ? "shown" : ""} ${panelSheet.value ? "sheet" : ""}`} aria-label={t("panel.label")}>
      <PanelHead row={row} />
      <Tabs key={id} row={row} />
    </aside>
  );
}

function PanelHead({ row }: { row: Row }): VNode {
  const { contact, inbox } = row.conversation;
  const detail = details.value.get(row.conversation.id);
  const email = detail?.contact.email ?? contact.email;
  const name = contactName(row);
  return (
    <div class="panel-head">
      <Avatar id={contact.id} name={name} url={contact.avatar_url} inbox={inbox} size="l" />
      <div class="panel-who">
        <h2 dir="auto">{name}</h2>
        {email && email !== name && <span class="meta">{email}</span>}
      </div>
      <IconButton class="panel-close" icon={X} label={t("action.closeDialog")} tip={false} onClick={() => (panelSheet.value = false)} />
    </div>
  );
}

type Tab = "info" | "notes" | "history";
const names: Record<Tab, Key> = { info: "panel.info", notes: "panel.notes", history: "panel.history" };

function Tabs({ row }: { row: Row }): VNode {
  const [tab, setTab] = useState<Tab>("info");
  const detail = details.value.get(row.conversation.id);
  const tabs: Tab[] = ["info", ...(["notes", "history"] as const).filter((one) => settings.value.panel.includes(one))];
  useEffect(() => {
    if (!detail) void loadDetail(row.conversation.id).catch(complain);
  }, [detail === undefined]);
  if (!detail) return <div class="panel-body" aria-busy="true" />;
  return (
    <>
      {tabs.length > 1 && (
        <div class="panel-tabs" role="tablist" aria-label={t("panel.label")} onKeyDown={(event) => onKey(event, (step) => setTab(tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length]!))}>
          {tabs.map((one) => (
            <button key={one} type="button" role="tab" class="tab" aria-selected={tab === one} tabIndex={tab === one ? 0 : -1} data-panel-tab={one} onClick={() => setTab(one)}>
              {t(names[one])}
            </button>
          ))}
        </div>
      )}
      <div class="panel-body" role={tabs.length > 1 ? "tabpanel" : undefined} aria-label={t(names[tab])}>
        {tab === "info" && <Info row={row} detail={detail} />}
        {tab === "notes" && <NotesTab row={row} detail={detail} />}
        {tab === "history" && <HistoryTab row={row} detail={detail} />}
      </div>
    </>
  );
}

function onKey(event: KeyboardEvent & { currentTarget: HTMLElement }, turn: (step: 1 | -1) => void): void {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  event.preventDefault();
  turn(event.key === "ArrowRight" ? 1 : -1);
  const tabs = event.currentTarget;
  requestAnimationFrame(() => tabs.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
}

/** The configured blocks in the configured order. */
function Info({ row, detail }: BlockProps): VNode {
  return (
    <>
      {settings.value.panel.map((id) => {
        if (id === "notes") return <LeaveNote key={id} row={row} />;
        const Block = blocks[id];
        return Block && <Block key={id} row={row} detail={detail} />;
      })}
    </>
  );
}
