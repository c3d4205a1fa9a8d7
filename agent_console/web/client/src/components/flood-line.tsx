import type { VNode } from "preact";
import { clockTime, fullTime, Icon } from "@deskbridge/ui";
import type { Flood, Message, Row } from "../api/types.ts";
import { locale, t } from "../i18n/index.ts";
import { fold, unfold, unfolded } from "../store/floods.ts";
import { threadOf } from "../store/reading.ts";
import { dialog } from "../store/ui.ts";
import { complain, may } from "../store/verbs.ts";
import { Bubble } from "./bubble.tsx";
import { Layers } from "./icons.ts";

type Props = { message: Message; flood: Flood; row: Row; lit: boolean };

/** One line that stands for all that a flood holds; it is unfolded where it stands, a page at a time. */
export function FloodLine({ message, flood, row, lit }: Props): VNode {
  const shown = unfolded.value.get(message.id);
  const inThread = threadOf(row.conversation.id).known;
  // The last of a flood that is over stands in the thread itself.
  const held = shown?.filter((one) => !inThread.has(one.id));
  const block = may(row, "block");
  return (
    <section class={`flood ${lit ? "lit" : ""}`} data-event="flood" data-flood={flood.ended_at === undefined ? "running" : "over"}>
      <div class="flood-line">
        <Icon of={Layers} size={14} />
        <span title={t(`flood.why.${flood.why}`)}>{flood.held === 0 && flood.ended_at !== undefined ? t("flood.none") : t("flood.held", { n: flood.held })}</span>
        {flood.ended_at === undefined && <span class="flood-running">{t("flood.running")}</span>}
        {flood.held > 0 && (
          <button type="button" class="link" aria-expanded={shown !== undefined} onClick={() => (shown ? fold(message) : void unfold(message).catch(complain))}>
            {t(shown ? "flood.hide" : "flood.show")}
          </button>
        )}
        {block && (
          <button type="button" class="link" onClick={() => (dialog.value = { kind: "block", conversation: row.conversation.id })}>
            {t("action.block")}
          </button>
        )}
        <time dateTime={new Date(message.at).toISOString()} title={fullTime(message.at, locale.value)}>
          {clockTime(message.at, locale.value)}
        </time>
      </div>
      {held && (
        <div class="flood-held">
          {held.map((one, index) => (
            <Bubble key={one.id} message={one} row={row} first={index === 0} lit={false} />
          ))}
          {held.length < flood.held && (
            <button type="button" class="link" onClick={() => void unfold(message).catch(complain)}>
              {t("flood.more")}
            </button>
          )}
        </div>
      )}
    </section>
  );
}
