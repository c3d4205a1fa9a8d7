import type { VNode } from "preact";
import { Icon, type ApiError } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import { errorText } from "../store/words.ts";
import { Button } from "./button.tsx";
import { CircleAlert, RotateCcw } from "./icons.ts";

/** Something could not be loaded: why, a way to try again, and the number to tell the administrator. */
export function Failure({ error, retry }: { error: ApiError; retry: () => void }): VNode {
  return (
    <div class="empty" role="alert">
      <Icon of={CircleAlert} size={24} />
      <p>{errorText(error)}</p>
      {error.requestId !== undefined && <p class="meta">{t("error.requestId", { id: error.requestId })}</p>}
      <Button icon={RotateCcw} onClick={retry}>
        {t("action.retry")}
      </Button>
    </div>
  );
}
