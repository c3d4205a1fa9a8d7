import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/index.ts";
import type { Attachment } from "../api/types.ts";
import { closeDialog } from "../store/ui.ts";
import { downloadUrl, FileLink } from "./attachments.tsx";
import { IconButton } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";
import { ForwardButton } from "./forward-button.tsx";
import { ChevronLeft, ChevronRight, Download, X, ZoomIn, ZoomOut } from "./icons.ts";
import { Icon, usePicture } from "@deskbridge/ui";

const MOST = 5;

/** A picture by itself: arrows go to the next, plus and minus zoom up to five times. */
export function Lightbox({ items, at }: { items: readonly Attachment[]; at: number }): VNode {
  const [index, setIndex] = useState(at);
  const [zoom, setZoom] = useState(1);
  const item = items[index]!;
  const go = (step: number): void => {
    setIndex((index + step + items.length) % items.length);
    setZoom(1);
  };
  const scale = (by: number): void => setZoom(Math.min(MOST, Math.max(1, zoom * by)));
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "ArrowRight") go(1);
    else if (event.key === "ArrowLeft") go(-1);
    else if (event.key === "+" || event.key === "=") scale(1.5);
    else if (event.key === "-") scale(1 / 1.5);
    else return;
    event.preventDefault();
  };
  return (
    <DialogBox title={t("lightbox.title", { name: item.name })} class="lightbox" bare>
      <div class="lightbox-body" onKeyDown={onKey}>
        <div class="lightbox-bar">
          <span class="lightbox-name" dir="auto">
            {item.name}
            {items.length > 1 && <small> {t("lightbox.position", { at: index + 1, of: items.length })}</small>}
          </span>
          <IconButton icon={ZoomOut} label={t("lightbox.smaller")} side="below" disabled={zoom <= 1} onClick={() => scale(1 / 1.5)} />
          <IconButton icon={ZoomIn} label={t("lightbox.larger")} side="below" disabled={zoom >= MOST} onClick={() => scale(1.5)} />
          <a class="icon-btn" href={downloadUrl(item)} download={item.name} aria-label={t("attachment.download", { name: item.name })}>
            <Icon of={Download} size={18} />
          </a>
          <ForwardButton file={item} size={18} side="below" />
          <IconButton icon={X} label={t("action.closeDialog")} side="below" onClick={closeDialog} />
        </div>
        <div class="lightbox-stage" onClick={(event) => event.target === event.currentTarget && closeDialog()}>
          <Large key={item.id} item={item} zoom={zoom} onClick={() => setZoom(zoom > 1 ? 1 : 2)} />
        </div>
        {items.length > 1 && (
          <>
            <IconButton class="lightbox-back" icon={ChevronLeft} size={28} label={t("lightbox.back")} tip={false} onClick={() => go(-1)} />
            <IconButton class="lightbox-on" icon={ChevronRight} size={28} label={t("lightbox.next")} tip={false} onClick={() => go(1)} />
          </>
        )}
      </div>
    </DialogBox>
  );
}

function Large({ item, zoom, onClick }: { item: Attachment; zoom: number; onClick: () => void }): VNode | null {
  const { state, attempt, onError } = usePicture(item.url);
  const most = `${zoom * 100}%`;
  if (state === "broken") return <FileLink attachment={item} />;
  if (state === "waiting") return null;
  return <img key={attempt} src={item.url} alt={item.name} style={{ maxInlineSize: most, maxBlockSize: most }} onClick={onClick} onError={onError} />;
}
