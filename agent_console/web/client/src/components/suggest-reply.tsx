import type { VNode } from "preact";
import { Icon } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import type { Row } from "../api/types.ts";
import { canSuggest, suggest, suggestedIn, suggesting, takeBack } from "../store/suggested.ts";
import { complain } from "../store/verbs.ts";
import { WandSparkles } from "./icons.ts";

/** Asks for a draft of the reply; it is not there where no model is configured. */
export function SuggestButton({ row }: { row: Row }): VNode | null {
  const { id } = row.conversation;
  if (!canSuggest(row)) return null;
  const busy = suggesting.value !== null;
  return (
    <button type="button" class="btn quiet quick-btn" data-suggest aria-busy={busy} disabled={busy} onClick={() => void suggest(id).catch(complain)} aria-label={t("key.suggest")} data-tip={t("key.suggest")}>
      <Icon of={WandSparkles} size={16} />
      <span class="opt">{t(suggesting.value === id ? "suggest.busy" : "suggest.short")}</span>
    </button>
  );
}

/** Says whose words stand in the composer, for as long as nobody has changed them. */
export function Suggested({ id }: { id: number }): VNode {
  const put = suggestedIn(id);
  return (
    <div class={put ? "editor-conflict" : "sr-only"} role="status">
      {put && (
        <>
          <span>{t("suggest.check")}</span>
          <button type="button" class="link" onClick={() => takeBack(id)}>
            {t("suggest.undo")}
          </button>
        </>
      )}
    </div>
  );
}
