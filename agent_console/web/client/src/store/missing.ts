/** Much of the console is fetched when it is first wanted, and then the network may be away. */
import { t } from "../i18n/index.ts";
import { toast } from "./toasts.ts";

/** Says that a part of the page did not come, once for all that was wanted together. Drafts outlast the way out. */
export function sayWhatIsMissing(): void {
  let last = -Infinity;
  addEventListener("vite:preloadError", ({ timeStamp }) => {
    if (timeStamp - last > 1_000) toast({ tone: "error", title: t("error.network"), action: { label: t("action.reload"), run: () => location.reload() } });
    last = timeStamp;
  });
}
