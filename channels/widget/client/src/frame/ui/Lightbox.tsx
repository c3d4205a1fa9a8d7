import { Icon } from "@deskbridge/ui";
import { Download, X } from "lucide";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useShared } from "./context.ts";

export type Shown = { src: string; name: string; url: string };

/** One picture over the whole panel. The browser's own dialog keeps the focus inside and gives it back. */
export function Lightbox({ shown, onClose }: { shown: Shown; onClose: () => void }): VNode {
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
      <img src={shown.src} alt={shown.name} />
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
