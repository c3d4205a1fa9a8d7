import type { VNode } from "preact";
import { t } from "../i18n/index.ts";
import { filters } from "../store/list.ts";
import { narrow } from "../store/narrow.ts";
import { hasBots } from "../store/session.ts";

/** Only what bots have; it is there while at least one bot is (S32). */
export function BotFilter(): VNode | null {
  if (!hasBots.value) return null;
  return (
    <label class="check">
      <input type="checkbox" name="bot" checked={filters.value.bot ?? false} onChange={(event) => narrow({ bot: event.currentTarget.checked || undefined })} />
      <span>{t("filter.bot")}</span>
    </label>
  );
}
