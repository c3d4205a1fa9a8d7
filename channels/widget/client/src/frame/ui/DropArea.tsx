import { filesOf } from "@deskbridge/ui";
import type { ComponentChildren, VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import { useShared } from "./context.ts";

/** Files may be dropped anywhere on the conversation, unless nothing takes them. Text being dragged is the input's own business. */
export function DropArea({
  onFiles,
  children,
}: {
  onFiles: ((files: File[]) => void) | null;
  children: ComponentChildren;
}): VNode {
  const { t } = useShared();
  const [over, setOver] = useState(false);
  const depth = useRef(0);
  const carriesFiles = (event: DragEvent): boolean =>
    onFiles !== null && (event.dataTransfer?.types.includes("Files") ?? false);
  const enter = (event: DragEvent): void => {
    if (!carriesFiles(event)) return;
    depth.current += 1;
    setOver(true);
  };
  const leave = (): void => {
    depth.current = Math.max(0, depth.current - 1);
    if (depth.current === 0) setOver(false);
  };
  const drop = (event: DragEvent): void => {
    depth.current = 0;
    setOver(false);
    if (!carriesFiles(event)) return;
    event.preventDefault();
    onFiles?.(filesOf(event.dataTransfer));
  };
  return (
    <main
      class="thread"
      onDragEnter={enter}
      onDragLeave={leave}
      onDragOver={(event) => carriesFiles(event) && event.preventDefault()}
      onDrop={drop}
    >
      {children}
      {over && <div class="drop">{t("drop")}</div>}
    </main>
  );
}
