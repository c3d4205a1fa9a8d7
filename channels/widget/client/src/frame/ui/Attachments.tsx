import { Icon, fileIcon, formatSize, preview, previewable, usePicture, type Attachment, type FileIcon } from "@deskbridge/ui";
import { Archive, Download, File as Plain, FileText, Film, Image, Music, Table } from "lucide";
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useShared } from "./context.ts";

type Labelled = { name: string; type: string; size: number };
/** A file on its way; `file` as long as this page has its bytes. */
type Waiting = Labelled & { file?: File | undefined };
type Props = { stored: Attachment[]; waiting: Waiting[]; onShow: (image: Attachment) => void };

export const FILE_ICONS: Record<FileIcon, typeof Plain> = {
  image: Image,
  audio: Music,
  video: Film,
  archive: Archive,
  table: Table,
  text: FileText,
  file: Plain,
};

/** A message's files: pictures to look at, also while they are on their way, everything else to download. */
export function Attachments({ stored, waiting, onShow }: Props): VNode | null {
  if (stored.length + waiting.length === 0) return null;
  const pictures = stored.filter(drawable);
  const going = waiting.flatMap(({ file }) => (file && previewable(file) ? file : []));
  return (
    <div class="files">
      {pictures.length + going.length > 0 && (
        <div class={pictures.length + going.length > 1 ? "pictures many" : "pictures"}>
          {pictures.map((one) => (
            <Picture key={one.id} image={one} onShow={onShow} />
          ))}
          {going.map((file, at) => (
            <Going key={at} file={file} />
          ))}
        </div>
      )}
      {stored
        .filter((one) => !drawable(one))
        .map((one) => (
          <FileCard key={one.id} file={one} />
        ))}
      {waiting
        .filter(({ file }) => !file || !going.includes(file))
        .map((one, at) => (
          <div key={at} class="file">
            <FileLabel {...one} />
          </div>
        ))}
    </div>
  );
}

function drawable(file: Attachment): boolean {
  return (file.kind === "image" || file.kind === "sticker") && file.preview_url !== undefined && file.state === "ready";
}

function Picture({ image, onShow }: { image: Attachment; onShow: (image: Attachment) => void }): VNode {
  const { t } = useShared();
  const { state, attempt, onError } = usePicture(image.preview_url!);
  if (state === "broken") return <FileCard file={image} />;
  return (
    <button
      type="button"
      class="picture"
      aria-label={t("open_image", { name: image.name })}
      onClick={() => onShow(image)}
    >
      {state === "waiting" ? (
        <Room {...image} />
      ) : (
        <img
          key={attempt}
          src={image.preview_url}
          alt={image.name}
          width={image.width}
          height={image.height}
          loading="lazy"
          onError={onError}
        />
      )}
    </button>
  );
}

/** Where a picture will be once it has come through. */
function Room({ width = 240, height = 160 }: Attachment): VNode {
  return <span class="room" style={{ "--width": `${width}px`, "--ratio": `${width} / ${height}` }} />;
}

/** A picture that is being sent, drawn from the bytes that this page still has. */
function Going({ file }: { file: File }): VNode {
  const [url, setUrl] = useState("");
  useEffect(() => {
    const picture = preview(file);
    setUrl(picture?.url ?? "");
    return picture?.release;
  }, [file]);
  const { state, onError } = usePicture(url);
  if (state === "broken")
    return (
      <div class="file">
        <FileLabel name={file.name} type={file.type} size={file.size} />
      </div>
    );
  return (
    <div class="picture">
      <img src={url || undefined} alt={file.name} onError={onError} />
    </div>
  );
}

export function FileCard({ file }: { file: Attachment }): VNode {
  const { t } = useShared();
  if (file.state !== "ready")
    return (
      <div class="file">
        <FileLabel {...file} />
        <small>{t(file.state === "pending" ? "file_pending" : "file_failed")}</small>
      </div>
    );
  return (
    <a class="file" href={file.url} download={file.name} target="_blank" rel="noopener">
      <FileLabel {...file} />
      <Icon of={Download} size={18} label={t("download", { name: file.name })} />
    </a>
  );
}

function FileLabel({ name, type, size }: Labelled): VNode {
  const { locale } = useShared();
  return (
    <>
      <Icon of={FILE_ICONS[fileIcon(type, name)]} size={22} />
      <span class="file-name">
        <bdi>{name}</bdi>
        <small>{formatSize(size, locale)}</small>
      </span>
    </>
  );
}
