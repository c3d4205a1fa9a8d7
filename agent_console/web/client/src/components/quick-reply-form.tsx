import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import { postQuickReply } from "../api/endpoints.ts";
import { forgetQuickReplies } from "../store/quick-replies.ts";
import { toast } from "../store/toasts.ts";
import { closeDialog } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { errorText } from "../store/words.ts";
import { Button } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";

/** Makes a quick reply of a message: its text is here already, only the shortcut is asked for. */
export function QuickReplyForm({ text: from }: { text: string }): VNode {
  const [shortcut, setShortcut] = useState("");
  const [text, setText] = useState(from);
  const [trouble, setTrouble] = useState<string | null>(null);
  const save = async (): Promise<void> => {
    try {
      const item = await postQuickReply(shortcut.trim(), text.trim());
      forgetQuickReplies();
      closeDialog();
      toast({ tone: "info", title: t("quick.saved", { shortcut: item.shortcut }) });
    } catch (error) {
      if (error instanceof ApiError && error.status < 500 && error.status >= 400) setTrouble(errorText(error));
      else complain(error);
    }
  };
  return (
    <DialogBox title={t("quick.title")} class="narrow">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <label class="field">
          <span>{t("quick.shortcut")}</span>
          <span class="with-sign">
            <span aria-hidden="true">/</span>
            <input
              value={shortcut}
              required
              autoFocus
              maxLength={40}
              pattern="\S+"
              aria-invalid={trouble !== null}
              onInput={(event) => {
                setShortcut(event.currentTarget.value.replace(/^\//, ""));
                setTrouble(null);
              }}
            />
          </span>
        </label>
        <label class="field">
          <span>{t("quick.text")}</span>
          <textarea value={text} rows={6} required dir="auto" onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        {trouble !== null && (
          <p class="problem" role="alert">
            {trouble}
          </p>
        )}
        <div class="form-buttons">
          <Button onClick={closeDialog}>{t("action.cancel")}</Button>
          <Button type="submit" tone="go" disabled={shortcut.trim() === "" || text.trim() === ""}>
            {t("action.save")}
          </Button>
        </div>
      </form>
    </DialogBox>
  );
}
