import type { VNode } from "preact";
import { Icon } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import { listSays, threadSays } from "../store/announce.ts";
import { go } from "../store/route.ts";
import { dismiss, hold, leaveLater, toasts, type Toast } from "../store/toasts.ts";
import { IconButton } from "./button.tsx";
import { CircleAlert, CircleCheck, MessageCircle, X } from "./icons.ts";

const icons = { info: CircleCheck, error: CircleAlert, message: MessageCircle };

/** Toasts at the lower right, and the two regions that speak to screen readers. */
export function Toasts(): VNode {
  return (
    <>
      <div class="toasts" role="status" aria-live="polite" aria-label={t("toast.label")}>
        {toasts.value.map((toast) => (
          <One key={toast.id} toast={toast} />
        ))}
      </div>
      <div class="sr-only" aria-live="polite" data-says="thread">
        {threadSays.value}
      </div>
      <div class="sr-only" aria-live="polite" data-says="list">
        {listSays.value}
      </div>
    </>
  );
}

function One({ toast }: { toast: Toast }): VNode {
  const { id, tone, title, text, action, conversation } = toast;
  const to = conversation === undefined ? toast.to : { conversation };
  const body = (
    <>
      <Icon of={icons[tone]} size={18} />
      <span class="toast-text">
        <b dir="auto">{title}</b>
        {text !== undefined && <span dir="auto">{text}</span>}
      </span>
    </>
  );
  const act = (run: () => void) => (): void => {
    dismiss(id);
    run();
  };
  return (
    <div class={`toast ${tone}`} data-toast={tone} onPointerEnter={() => hold(id)} onPointerLeave={() => leaveLater(id)} onFocusIn={() => hold(id)} onFocusOut={() => leaveLater(id)}>
      {to === undefined ? (
        <div class="toast-body">{body}</div>
      ) : (
        <button type="button" class="toast-body" onClick={act(() => go(to))}>
          {body}
        </button>
      )}
      {action && (
        <button type="button" class="link" onClick={act(action.run)}>
          {action.label}
        </button>
      )}
      <IconButton icon={X} size={16} label={t("toast.dismiss")} tip={false} onClick={() => dismiss(id)} />
    </div>
  );
}
