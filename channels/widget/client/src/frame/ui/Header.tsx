import { Icon, Portrait } from "@deskbridge/ui";
import { ChevronLeft, Maximize2, Minimize2, X } from "lucide";
import type { VNode } from "preact";
import { useShared } from "./context.ts";
import { Grip } from "./Grip.tsx";
import { OnwardButton } from "./OnwardButton.tsx";

export function Header(): VNode {
  const { desk, state, t } = useShared();
  const { view, data, config, expanded } = state;
  const thread = view.at === "thread" ? data.threads.find((one) => one.thread === view.thread) : undefined;
  const agent = thread?.agent;
  const elsewhere = data.threads.reduce((sum, one) => sum + (one === thread ? 0 : one.unread), 0);
  const back = elsewhere > 0 ? `${t("back")}, ${t("thread_unread", { n: elsewhere })}` : t("back");
  return (
    <header class="header">
      <Grip />
      {view.at === "thread" && data.threads.length > 0 && (
        <button type="button" class="tool back" aria-label={back} title={back} onClick={() => desk.showList()}>
          <Icon of={ChevronLeft} />
          {elsewhere > 0 && <i class="dot" />}
        </button>
      )}
      <Portrait class="portrait" url={agent?.avatar_url} />
      <div class="heading">
        <h1 dir="auto">{config.name}</h1>
        <p dir="auto">{agent ? t("subtitle_agent", { name: agent.name }) : t("subtitle")}</p>
      </div>
      <OnwardButton />
      <button
        type="button"
        class="tool wide-only"
        aria-label={t(expanded ? "shrink" : "expand")}
        title={t(expanded ? "shrink" : "expand")}
        onClick={() => desk.toggleExpanded()}
      >
        <Icon of={expanded ? Minimize2 : Maximize2} size={18} />
      </button>
      <button type="button" class="tool" aria-label={t("close")} title={t("close")} onClick={() => desk.close()}>
        <Icon of={X} />
      </button>
    </header>
  );
}
