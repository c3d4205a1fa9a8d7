import type { VNode } from "preact";
import { Icon } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import { go } from "../store/route.ts";
import { focusOn } from "../store/ui.ts";
import { Button } from "./button.tsx";
import { ArrowLeft, Eye } from "./icons.ts";

/** Stands where the open conversation was that has just gone out of the agent's sight (R55, S06). */
export function OutOfSight(): VNode {
  const back = (): void => {
    go({ conversation: null });
    focusOn("list");
  };
  return (
    <div class="empty out-of-sight" role="status">
      <Icon of={Eye} size={24} />
      <p>{t("sight.lost")}</p>
      <p class="meta">{t("sight.lost.why")}</p>
      <Button icon={ArrowLeft} onClick={back}>
        {t("sight.back")}
      </Button>
    </div>
  );
}
