import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import { lost, open, openId, openRow, trouble } from "../store/reading.ts";
import { addFiles } from "../store/tray.ts";
import { wanted } from "../store/wanted.ts";
import { dismissConversation } from "../store/toasts.ts";
import { editingOf } from "../store/editing.ts";
import { lockOf } from "../store/lock.ts";
import { stopPicking } from "../store/picking.ts";
import { may } from "../store/verbs.ts";
import { panelSheet, writing } from "../store/ui.ts";
import { ChannelNotice } from "./channel-trouble.tsx";
import { Composer } from "./composer.tsx";
import { ConversationHeader } from "./conversation-header.tsx";
import { Failure } from "./failure.tsx";
import { Paperclip } from "./icons.ts";
import { NothingOpen } from "./nothing-open.tsx";
import { OutOfSight } from "./out-of-sight.tsx";
import { PickingBar } from "./picking-bar.tsx";
import { ThreadView } from "./thread-view.tsx";

/** The third column: what is being talked about, and where one answers. */
export function ConversationPane(): VNode {
  const id = openId.value;
  useEffect(() => {
    if (id === null) return;
    const aimed = wanted.peek();
    wanted.value = null;
    dismissConversation(id);
    writing.value = "reply";
    stopPicking();
    panelSheet.value = false;
    void open(id, aimed?.conversation === id ? aimed.message : undefined);
  }, [id]);
  if (id === null) {
    return (
      <main class="conversation">
        <NothingOpen />
      </main>
    );
  }
  return <Opened key={id} id={id} />;
}

function Opened({ id }: { id: number }): VNode {
  const row = openRow.value;
  const [dragging, setDragging] = useState(false);
  if (!row && lost.value === id) {
    return (
      <main class="conversation">
        <OutOfSight />
      </main>
    );
  }
  if (!row) {
    return <main class="conversation">{trouble.value ? <Failure error={trouble.value} retry={() => void open(id)} /> : <div class="empty" aria-busy="true" />}</main>;
  }
  const takesFiles = !editingOf(id, writing.value) && (may(row, "note") || lockOf(row) === "open");
  return (
    <main
      class="conversation"
      onDragOver={(event) => {
        if (!takesFiles || !event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        setDragging(true);
      }}
      onDragLeave={(event) => {
        if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) setDragging(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setDragging(false);
        if (takesFiles) addFiles(row, kindFor(row), Array.from(event.dataTransfer?.files ?? []));
      }}
    >
      <ConversationHeader row={row} />
      <ChannelNotice inbox={row.conversation.inbox} />
      <ThreadView row={row} />
      <PickingBar row={row} />
      <Composer row={row} />
      {dragging && (
        <div class="drop-zone" aria-hidden="true">
          <Icon of={Paperclip} size={28} />
          {t("composer.drop")}
        </div>
      )}
    </main>
  );
}

/** Files dropped while the reply box is shut go to a note. */
function kindFor(row: Parameters<typeof lockOf>[0]): "reply" | "note" {
  if (lockOf(row) !== "open") writing.value = "note";
  return writing.peek();
}
