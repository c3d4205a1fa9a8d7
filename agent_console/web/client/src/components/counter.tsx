import type { VNode } from "preact";
import { t } from "../i18n/index.ts";
import type { Row } from "../api/types.ts";
import type { Length } from "../store/length.ts";
import { channelName } from "../store/words.ts";

/** How long the text is, without spaces, of how much is allowed; and a word when the network will need several messages. */
export function Counter({ row, length }: { row: Row; length: Length }): VNode {
  const { count, limit, over, channelLimit } = length;
  const near = count > limit * 0.8;
  return (
    <span class={`counter meta ${over ? "over" : near ? "near" : ""}`} data-over={over}>
      {channelLimit !== null && !over && <span>{t("composer.overChannel", { channel: channelName(row), limit: channelLimit })}</span>}
      <span class={count === 0 ? "opt" : ""} title={t("composer.counterHint")}>
        {count} / {limit}
      </span>
      <span class="sr-only" role="status">
        {over ? t("composer.tooLong", { over: count - limit }) : ""}
      </span>
    </span>
  );
}
