import { ApiError, uuid } from "@deskbridge/ui";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Button, WMessage } from "../../shared/protocol.ts";
import { useShared } from "./context.ts";

type Trouble = "answer_late" | "answer_failed";

/**
 * The answers offered under a question. Once one is given they stay to be seen, and are only called disabled: a button
 * that is, would take the focus with it.
 */
export function Answers({ message, buttons }: { message: WMessage; buttons: Button[] }): VNode {
  const { desk, t } = useShared();
  const [pressed, setPressed] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const chosen = buttons.find((one) => one.chosen);
  const isOver = chosen !== undefined || pressed !== null || trouble === "answer_late";

  const press = async (button: Button): Promise<void> => {
    if (isOver) return;
    setPressed(button.id);
    setTrouble(null);
    try {
      await desk.press({ client_id: uuid(), message_id: message.id, button: button.id });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setTrouble(error.status === 409 || error.status === 404 ? "answer_late" : "answer_failed");
    }
    setPressed(null);
  };

  return (
    <>
      <div class={`answers${isOver ? " over" : ""}`} role="group" aria-label={t("answers")}>
        {buttons.map((one) => (
          <button
            key={one.id}
            type="button"
            class="answer"
            dir="auto"
            aria-pressed={one === chosen || one.id === pressed}
            aria-disabled={isOver}
            onClick={() => void press(one)}
          >
            {one.text}
          </button>
        ))}
      </div>
      <span role="status" class={trouble ? "problem" : "unseen"}>
        {trouble ? t(trouble) : chosen && t("answered", { answer: chosen.text })}
      </span>
    </>
  );
}
