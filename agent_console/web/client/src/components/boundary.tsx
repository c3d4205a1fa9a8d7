import type { ComponentChildren, VNode } from "preact";
import { useEffect, useErrorBoundary, useRef } from "preact/hooks";
import { Icon } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import { Button } from "./button.tsx";
import { CircleAlert, RotateCcw } from "./icons.ts";

/** Keeps a fault of ours in one pane: the others go on working, this one says so and can be drawn again. Another `of` (the conversation shown) is a new try. */
export function Boundary({ children, class: outer, of }: { children: ComponentChildren; class: string; of?: number | null }): VNode {
  const [error, reset] = useErrorBoundary((cause: unknown) => console.error("A part of the page could not be drawn.", cause));
  const failedOf = useRef(of);
  useEffect(() => {
    if (error !== undefined && failedOf.current !== of) reset();
    failedOf.current = of;
  }, [of]);
  if (error === undefined) return <>{children}</>;
  return (
    <div class={outer}>
      <div class="empty" role="alert">
        <Icon of={CircleAlert} size={24} />
        <p>{t("error.drawing")}</p>
        <Button icon={RotateCcw} onClick={reset}>
          {t("action.retry")}
        </Button>
      </div>
    </div>
  );
}
