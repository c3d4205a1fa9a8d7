import { Icon, fileIcon, formatBytes, formatSize } from "@deskbridge/ui";
import { X } from "lucide";
import type { VNode } from "preact";
import { FILE_ICONS } from "./Attachments.tsx";
import { useShared } from "./context.ts";
import type { Files, Picked } from "./useFiles.ts";

/** What will go with the next message, and what may not, with the limit named. */
export function PickedFiles({ files }: { files: Files }): VNode {
  const { state, t, locale } = useShared();
  return (
    <>
      {files.list.length > 0 && (
        <ul class="picked">
          {files.list.map((one) => (
            <Chip key={one.id} picked={one} onRemove={() => files.remove(one.id)} />
          ))}
        </ul>
      )}
      <div role="alert">
        {files.refused.map((file) => (
          <p key={file.name} class="problem">
            {t("too_large", { name: file.name, ...sizes(file.size, state.config.max_upload, locale) })}
          </p>
        ))}
      </div>
    </>
  );
}

/** A file a few bytes over the limit must not read as being exactly at it. */
function sizes(size: number, limit: number, locale: string): { size: string; limit: string } {
  const rounded = { size: formatSize(size, locale), limit: formatSize(limit, locale) };
  return rounded.size === rounded.limit ? { ...rounded, size: formatBytes(size, locale) } : rounded;
}

function Chip({ picked, onRemove }: { picked: Picked; onRemove: () => void }): VNode {
  const { t, locale } = useShared();
  const { file, url } = picked;
  return (
    <li class={url ? "chip image" : "chip"}>
      {url ? (
        <img src={url} alt={file.name} title={file.name} />
      ) : (
        <>
          <Icon of={FILE_ICONS[fileIcon(file.type, file.name)]} />
          <span class="file-name">
            <bdi>{file.name}</bdi>
            <small>{formatSize(file.size, locale)}</small>
          </span>
        </>
      )}
      <button
        type="button"
        class="tool"
        aria-label={t("remove", { name: file.name })}
        title={t("remove", { name: file.name })}
        onClick={onRemove}
      >
        <Icon of={X} size={14} />
      </button>
    </li>
  );
}
