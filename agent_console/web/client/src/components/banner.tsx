import type { VNode } from "preact";
import { Icon } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import { connection, wasConnected } from "../store/live.ts";
import { outbox } from "../store/sending.ts";
import { WifiOff } from "./icons.ts";

/** Said while there is no connection, with how much waits to be sent; what is written meanwhile is not lost. */
export function Banner(): VNode {
  const down = wasConnected.value && connection.value !== "open";
  const waiting = outbox.value.filter((item) => item.refused === null).length;
  return (
    <div class="banner-place" role="status">
      {down && (
        <div class="banner">
          <Icon of={WifiOff} size={16} />
          {t(connection.value === "offline" ? "banner.offline" : "banner.reconnecting")}
          {waiting > 0 && <span>{t("banner.waiting", { n: waiting })}</span>}
        </div>
      )}
    </div>
  );
}
