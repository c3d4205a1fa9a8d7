import type { VNode } from "preact";
import { Icon } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import { countText } from "../lib/count.ts";
import { folders } from "../store/desk.ts";
import { Bridge } from "./icons.ts";

/** No conversation is open: where the queue stands, and three keys worth knowing. */
export function NothingOpen(): VNode {
  return (
    <div class="nothing-open">
      <Icon of={Bridge} size={48} />
      <h1>{whereTheQueueStands(folders.value?.new.total ?? 0, folders.value?.mine.unread ?? 0)}</h1>
      <ul>
        <li>
          <kbd>J</kbd> <kbd>K</kbd> {t("idle.move")}
        </li>
        <li>
          <kbd>Ctrl</kbd> <kbd>K</kbd> {t("idle.palette")}
        </li>
        <li>
          <kbd>?</kbd> {t("idle.keys")}
        </li>
      </ul>
    </div>
  );
}

function whereTheQueueStands(waiting: number, unread: number): string {
  if (waiting > 0) return t("idle.waiting", { n: countText(waiting) });
  return unread > 0 ? t("idle.unread", { n: countText(unread) }) : t("idle.allAnswered");
}
