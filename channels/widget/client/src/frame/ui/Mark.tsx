import { Icon } from "@deskbridge/ui";
import { Check, CheckCheck, CircleX, Clock3 } from "lucide";
import type { VNode } from "preact";
import type { Bubble, OwnMark } from "../layout.ts";
import type { Key } from "../words.ts";
import { useShared } from "./context.ts";

const SHAPES = { queued: Clock3, sent: Check, read: CheckCheck, failed: CircleX };
const WHY: Record<string, Key> = {
  blocked: "blocked",
  files_lost: "why_files_lost",
  too_long: "why_too_long",
  empty: "why_empty",
  pre_chat: "why_pre_chat",
  too_large: "why_too_large",
  type_refused: "why_type_refused",
};

/** What became of the visitor's message: a picture for the eye and a word for the ear, and what to do when it failed. */
export function Mark({ bubble }: { bubble: Bubble }): VNode {
  const { t } = useShared();
  const mark = bubble.mark as OwnMark;
  const word = useWord(mark);
  return (
    <span class={`mark ${mark}`} data-mark={mark}>
      <Icon of={SHAPES[mark]} size={14} />
      {mark === "queued" && <span>{word}</span>}
      {(mark === "sent" || mark === "read") && <span class="unseen">{word}</span>}
      {mark === "failed" && bubble.item && (
        <>
          <span>
            {word}: {t(WHY[bubble.item.reason ?? ""] ?? "why_other")}
          </span>
          <Remedy client_id={bubble.item.client_id} />
        </>
      )}
    </span>
  );
}

/** "Waiting" while there is no line to send over, "sending" while there is. */
function useWord(mark: OwnMark): string {
  const { state, t } = useShared();
  if (mark === "queued") return t(state.line === "open" ? "mark_sending" : "mark_queued");
  return t(`mark_${mark}`);
}

function Remedy({ client_id }: { client_id: string }): VNode {
  const { desk, t } = useShared();
  return (
    <span class="remedy">
      <button type="button" class="link" onClick={() => desk.outbox.retry(client_id)}>
        {t("retry")}
      </button>
      <button type="button" class="link" onClick={() => desk.outbox.discard(client_id)}>
        {t("discard")}
      </button>
    </span>
  );
}
