import type { ComponentChildren, VNode } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../i18n/index.ts";
import { closeDialog, held } from "../store/ui.ts";
import { IconButton } from "./button.tsx";
import { X } from "./icons.ts";

type Props = { title: string; children: ComponentChildren; class?: string; onClose?: () => void; bare?: boolean };

/**
 * A modal dialog on the browser's own element: it holds the focus, closes on Escape, and gives the focus back. What is
 * held it keeps open.
 */
export function DialogBox({ title, children, class: extra, onClose = closeDialog, bare }: Props): VNode {
  const box = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = box.current!;
    const before = document.activeElement;
    element.showModal();
    return () => {
      element.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const leave = (): void => {
    if (!held.peek()) onClose();
  };
  return (
    <dialog
      ref={box}
      class={`dialog ${extra ?? ""}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        leave();
      }}
      // A browser that is asked twice closes it without asking.
      onClose={() => held.peek() && box.current?.showModal()}
      onPointerDown={(event) => event.target === box.current && leave()}
    >
      <div class="dialog-body">
        <header class={bare ? "sr-only" : "dialog-head"}>
          <h2 id={titleId}>{title}</h2>
          {!bare && !held.value && <IconButton icon={X} label={t("action.closeDialog")} tip={false} onClick={onClose} />}
        </header>
        {children}
      </div>
    </dialog>
  );
}
