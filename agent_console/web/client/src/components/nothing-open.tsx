import type { VNode } from "preact";
import { Icon } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import { folders } from "../store/desk.ts";
import { Bridge } from "./icons.ts";

/** No conversation is open: where the queue stands, and three keys worth knowing. */
export function NothingOpen(): VNode {
  const waiting = folders.value?.new.total ?? 0;
  return (
    <div class="nothing-open">
      <Icon of={Bridge} size={48} />
      <h1>{waiting > 0 ? t("idle.waiting", { n: waiting }) : t("idle.allAnswered")}</h1>
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
