import type { VNode } from "preact";
import type { Attachment } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { mayForward } from "../store/forwarding.ts";
import { dialog } from "../store/ui.ts";
import { IconButton } from "./button.tsx";
import { Forward } from "./icons.ts";

/** Beside a file: sends it to another customer too. */
export function ForwardButton({ file, size = 16, side }: { file: Attachment; size?: number; side?: "below" | "left" }): VNode | null {
  if (!mayForward(file)) return null;
  return <IconButton class="forward" icon={Forward} size={size} label={t("forward.file", { name: file.name })} tip={t("forward.do")} {...(side && { side })} onClick={() => (dialog.value = { kind: "forward", file })} />;
}
