import { Icon, usePicture, type Attachment } from "@deskbridge/ui";
import { Download, X } from "lucide";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { FileCard } from "./Attachments.tsx";
import { useShared } from "./context.ts";

/** One picture over the whole panel. The browser's own dialog keeps the focus inside and gives it back. */
export function Lightbox({ shown, onClose }: { shown: Attachment; onClose: () => void }): VNode {
  const { t } = useShared();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Escape") event.stopPropagation();
  };
  return (
    <dialog
      class="lightbox"
      ref={dialog}
      aria-label={shown.name}
      onClose={onClose}
      onKeyDown={keys}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <Large image={shown} />
      <p class="lightbox-tools">
        <a
          class="tool"
          href={shown.url}
          download={shown.name}
          target="_blank"
          rel="noopener"
          aria-label={t("download", { name: shown.name })}
        >
          <Icon of={Download} />
        </a>
        <button type="button" class="tool" aria-label={t("image_close")} onClick={() => dialog.current?.close()}>
          <Icon of={X} />
        </button>
      </p>
    </dialog>
  );
}

function Large({ image }: { image: Attachment }): VNode | null {
  const { state, attempt, onError } = usePicture(image.preview_url!);
  if (state === "broken") return <FileCard file={image} />;
  return state === "waiting" ? null : <img key={attempt} src={image.preview_url} alt={image.name} onError={onError} />;
}
