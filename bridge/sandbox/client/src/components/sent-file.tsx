import { Icon } from "@deskbridge/ui/icon.tsx";
import { FileDown } from "lucide";
import type { VNode } from "preact";
import type { SentFile } from "../store/types.ts";

export function SentFileView({ file }: { file: SentFile }): VNode {
  if (file.kind === "photo" || file.kind === "sticker")
    return <img class={file.kind} src={file.url} alt={file.kind === "photo" ? "Photo" : "Sticker"} />;
  if (file.kind === "voice") return <audio controls src={file.url} aria-label="Voice message" />;
  return (
    <a class="file" href={file.url} download={file.name}>
      <Icon of={FileDown} size={18} />
      {file.name}
    </a>
  );
}
