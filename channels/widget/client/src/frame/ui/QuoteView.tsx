import type { VNode } from "preact";
import type { Quote } from "../../shared/protocol.ts";
import { useShared } from "./context.ts";

/** The message that is answered, in one or two lines. */
export function QuoteView({ quote }: { quote: Quote }): VNode {
  const { t, state } = useShared();
  return (
    <blockquote class="quote" dir="auto">
      <b>{quote.from === "visitor" ? t("you") : state.config.name}</b>
      <span>{quote.text === "" ? t("file") : quote.text}</span>
    </blockquote>
  );
}
