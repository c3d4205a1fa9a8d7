import type { VNode } from "preact";
import { formatSize, Icon, usePicture } from "@deskbridge/ui";
import { locale, t } from "../i18n/index.ts";
import type { DraftKind, Row } from "../api/types.ts";
import { goesAsLink, isWaiting, limitFor, removeFile, trayOf, uploadAgain, type TrayItem } from "../store/tray.ts";
import { channelName } from "../store/words.ts";
import { IconButton } from "./button.tsx";
import { File, RotateCcw, X } from "./icons.ts";

/** The files of the message being written, each with its picture, its progress or its trouble. */
export function Tray({ row, kind }: { row: Row; kind: DraftKind }): VNode | null {
  const { id } = row.conversation;
  const items = trayOf(id, kind);
  if (items.length === 0) return null;
  return (
    <ul class="tray" aria-label={t("composer.files")}>
      {items.map((item) => (
        <li key={item.key} class={`tray-item ${item.trouble === null ? "" : "failed"}`}>
          {item.preview === null ? <Icon of={File} size={22} /> : <Preview src={item.preview} />}
          <span class="tray-name">
            <span dir="auto">{item.name}</span>
            <small>{item.trouble ?? formatSize(item.size, locale.value)}</small>
            {goesAsLink(row, kind, item) && <small>{t("upload.asLink", { channel: channelName(row), limit: formatSize(limitFor(row, kind).bytes, locale.value) })}</small>}
            {isWaiting(item) && <Progress item={item} />}
          </span>
          {item.trouble !== null && <IconButton icon={RotateCcw} size={16} label={t("action.retry")} onClick={() => uploadAgain(id, kind, item.key)} />}
          <IconButton icon={X} size={16} label={t("composer.removeFile", { name: item.name })} tip={t("action.remove")} onClick={() => removeFile(id, kind, item.key)} />
        </li>
      ))}
    </ul>
  );
}

function Preview({ src }: { src: string }): VNode {
  const { state, attempt, onError } = usePicture(src);
  return state === "drawn" ? <img key={attempt} src={src} alt="" onError={onError} /> : <Icon of={File} size={22} />;
}

function Progress({ item }: { item: TrayItem }): VNode {
  return <progress max={1} value={item.progress} aria-label={t("composer.uploading", { name: item.name })} />;
}
