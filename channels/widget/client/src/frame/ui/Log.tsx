import { Icon, dayLabel, type Attachment } from "@deskbridge/ui";
import { ArrowDown } from "lucide";
import type { ComponentChildren, VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Outgoing } from "../../shared/port.ts";
import type { Quote, WMessage } from "../../shared/protocol.ts";
import { layOut } from "../layout.ts";
import { Bubble } from "./Bubble.tsx";
import { useShared } from "./context.ts";
import { Lightbox } from "./Lightbox.tsx";
import { Typing } from "./Typing.tsx";
import { useScroll } from "./useScroll.ts";

type Props = { thread: string; queued: Outgoing[]; onReply: (message: Quote) => void; children: ComponentChildren };

/** The messages of a thread. A screen reader hears only what is appended, not history as it is loaded. */
export function Log({ thread, queued, onReply, children }: Props): VNode {
  const { desk, state, t, locale } = useShared();
  const log = state.data.logs[thread];
  const row = state.data.threads.find((one) => one.thread === thread);
  const messages = log?.messages ?? [];
  const [shown, setShown] = useState<Attachment | null>(null);
  const lines = useMemo(
    () => layOut(messages, queued, row?.agent_read_id ?? 0),
    [messages, queued, row?.agent_read_id],
  );
  const scroll = useScroll({
    first: messages[0]?.id,
    last: lines.at(-1)?.key,
    own: queued.at(-1)?.client_id,
    more: log?.has_before === true,
    onTop: () => void desk.logs.fetchBefore(thread),
    onBottom: (there) => desk.attention.setAtBottom(there),
  });

  return (
    <div class="log-box">
      <div
        class="log"
        ref={scroll.box}
        onScroll={scroll.moved}
        role="log"
        aria-label={t("log")}
        aria-live={log?.loaded ? "polite" : "off"}
        aria-relevant="additions"
        tabIndex={0}
      >
        <div class="log-inner" ref={scroll.content}>
          {log?.has_before && <p class="center">{t("older")}</p>}
          {!log?.has_before && <Greeting />}
          {lines.map((line) => {
            if (line.kind === "day") return <Center key={line.key} text={dayLabel(line.at, locale, Date.now())} />;
            if (line.kind === "event") return <Event key={line.key} message={line.message} />;
            return <Bubble key={line.key} bubble={line} onReply={onReply} onShow={setShown} />;
          })}
          {children}
          <Typing thread={thread} />
        </div>
      </div>
      {scroll.away && (
        <button
          type="button"
          class="to-bottom"
          onClick={scroll.toBottom}
          aria-label={scroll.missed > 0 ? t("below", { n: scroll.missed }) : t("to_bottom")}
        >
          <Icon of={ArrowDown} size={18} />
          {scroll.missed > 0 && <span class="count">{scroll.missed}</span>}
        </button>
      )}
      {shown && <Lightbox shown={shown} onClose={() => setShown(null)} />}
    </div>
  );
}

function Greeting(): VNode | null {
  const { greeting, name } = useShared().state.config;
  if (greeting === null || greeting === "") return null;
  return (
    <div class="line">
      <span class="author" dir="auto">
        {name}
      </span>
      <div class="bubble greeting" dir="auto">
        {greeting}
      </div>
    </div>
  );
}

function Event({ message }: { message: WMessage }): VNode | null {
  const { state, t } = useShared();
  const { activity, text } = message;
  if (!activity) return text === "" ? null : <Center text={text} />;
  return <Center text={t(activity.verb, { name: activity.name ?? state.config.name })} />;
}

function Center({ text }: { text: string }): VNode {
  return (
    <p class="center" dir="auto">
      {text}
    </p>
  );
}
