import type { VNode } from "preact";
import { fullTime } from "@deskbridge/ui";
import { locale, t } from "../i18n/index.ts";
import type { PastBlock } from "../api/types.ts";
import { blockedBy, endText } from "../store/block-words.ts";
import { dialog } from "../store/ui.ts";
import { may } from "../store/verbs.ts";
import { agentLabel } from "../store/words.ts";
import { Button } from "./button.tsx";
import { Ban } from "./icons.ts";
import type { BlockProps } from "./panel.tsx";

/** When the person was kept away, by whom and why, and how often they wrote meanwhile; and the press that begins or ends it. */
export function PersonBlocks({ row, detail }: BlockProps): VNode | null {
  const { blocks } = detail.contact;
  const conversation = row.conversation.id;
  const mayBlock = may(row, "block");
  const lifts = may(row, "unblock");
  if (blocks.length === 0 && !mayBlock && !lifts) return null;
  return (
    <div class="person-blocks" data-blocks>
      {blocks.length > 0 && (
        <ul aria-label={t("blocks.label")}>
          {blocks.map((one) => (
            <Line key={one.id} block={one} />
          ))}
        </ul>
      )}
      {mayBlock && (
        <Button icon={Ban} onClick={() => (dialog.value = { kind: "block", conversation })}>
          {t("action.block")}
        </Button>
      )}
      {lifts && (
        <Button icon={Ban} onClick={() => (dialog.value = { kind: "unblock", conversation })}>
          {t("action.unblock")}
        </Button>
      )}
    </div>
  );
}

function Line({ block }: { block: PastBlock }): VNode {
  const { ended_at, refused, lifted_by, scope, at } = block;
  const from = fullTime(at, locale.value);
  const lifted = lifted_by !== undefined && ended_at !== undefined;
  return (
    <li class={ended_at === undefined ? "standing" : ""} data-block={block.id}>
      <b>{t(scope === "contact" ? "blocks.person" : "blocks.account", { from, end: endText(block.until) })}</b>
      <span dir="auto">{blockedBy(block)}</span>
      {lifted && <span>{t("blocks.lifted", { name: agentLabel(lifted_by), time: fullTime(ended_at, locale.value) })}</span>}
      {refused > 0 && <span class="meta">{t("blocks.refused", { n: refused })}</span>}
    </li>
  );
}
