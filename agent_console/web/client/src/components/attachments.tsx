import type { VNode } from "preact";
import { fileIcon, formatSize, Icon, usePicture, type FileIcon, type IconShape } from "@deskbridge/ui";
import { locale, t } from "../i18n/index.ts";
import type { Attachment } from "../api/types.ts";
import { localPreview } from "../store/tray.ts";
import { dialog } from "../store/ui.ts";
import { ForwardButton } from "./forward-button.tsx";
import { Clock, Download, File, FileArchive, FileSpreadsheet, FileText, Image, Music, TriangleAlert, Video } from "./icons.ts";

const icons: Record<FileIcon, IconShape> = { image: Image, audio: Music, video: Video, archive: FileArchive, table: FileSpreadsheet, text: FileText, file: File };

export function isPicture(attachment: Attachment): boolean {
  return attachment.preview_url !== undefined || localPreview(attachment.id) !== undefined;
}

/** Pictures show themselves and open large; everything else, and what cannot be drawn, is a named file to save. */
export function Attachments({ of, sent = false }: { of: readonly Attachment[]; sent?: boolean }): VNode | null {
  if (of.length === 0) return null;
  const pictures = of.filter((one) => isPicture(one) && !one.as_link);
  return (
    <div class={`attachments ${pictures.length > 1 ? "several" : ""}`}>
      {of.map((attachment) =>
        isPicture(attachment) && !attachment.as_link ? <Picture key={attachment.id} attachment={attachment} among={pictures} /> : <FileLine key={attachment.id} attachment={attachment} sent={sent} />,
      )}
    </div>
  );
}

const WIDEST = 320;
const TALLEST = 280;

/** The space a picture will take, known before it has loaded, so that nothing jumps. */
export function pictureBox({ width, height }: Pick<Attachment, "width" | "height">): { width: number; height: number } {
  if (!width || !height) return { width: 240, height: 160 };
  const scale = Math.min(1, WIDEST / width, TALLEST / height);
  return { width: Math.max(48, Math.round(width * scale)), height: Math.max(48, Math.round(height * scale)) };
}

function Picture({ attachment, among }: { attachment: Attachment; among: Attachment[] }): VNode {
  const { width, height } = pictureBox(attachment);
  const src = localPreview(attachment.id) ?? attachment.preview_url!;
  const { state, attempt, onError } = usePicture(src);
  if (state === "broken") return <FileLink attachment={attachment} />;
  return (
    <button
      type="button"
      class="picture"
      aria-label={t("attachment.enlarge", { name: attachment.name })}
      onClick={() => (dialog.value = { kind: "images", items: among, at: among.indexOf(attachment) })}
    >
      {state === "waiting" ? (
        <span class="picture-room" style={{ width: `${width}px`, height: `${height}px` }} />
      ) : (
        <img key={attempt} src={src} alt="" width={width} height={height} loading="lazy" decoding="async" onError={onError} />
      )}
    </button>
  );
}

/** A file to save, and once it has been sent, to be sent to others. */
export function FileLine({ attachment, sent = true }: { attachment: Attachment; sent?: boolean }): VNode {
  return (
    <span class="file-line">
      <FileLink attachment={attachment} />
      {sent && <ForwardButton file={attachment} />}
    </span>
  );
}

export function downloadUrl(attachment: Attachment): string {
  return `${attachment.url}${attachment.url.includes("?") ? "&" : "?"}download=1`;
}

/** Of a file that was too large the agent learns where it still is; its size is known only where the network tells. */
function whyFailed({ size, size_limit }: Attachment): string {
  if (size_limit === undefined) return t("attachment.failed");
  const limit = formatSize(size_limit, locale.value);
  return size > size_limit ? t("attachment.tooLarge", { size: formatSize(size, locale.value), limit }) : t("attachment.tooLargeUnsized", { limit });
}

export function FileLink({ attachment }: { attachment: Attachment }): VNode {
  const icon = icons[fileIcon(attachment.type, attachment.name)];
  if (attachment.state !== "ready") {
    const failed = attachment.state === "failed";
    const words = failed ? whyFailed(attachment) : t("attachment.pending");
    return (
      <span class={`file ${attachment.state}`}>
        <Icon of={failed ? TriangleAlert : Clock} size={20} />
        <span class="file-name">
          <span dir="auto">{attachment.name}</span>
          <small>{words}</small>
        </span>
      </span>
    );
  }
  return (
    <a class="file" href={downloadUrl(attachment)} download={attachment.name} aria-label={t("attachment.download", { name: attachment.name })}>
      <Icon of={icon} size={20} />
      <span class="file-name">
        <span dir="auto">{attachment.name}</span>
        <small>
          {formatSize(attachment.size, locale.value)}
          {attachment.as_link && ` · ${t("attachment.asLink")}`}
        </small>
      </span>
      <Icon of={Download} size={16} />
    </a>
  );
}
