import { Icon, Portrait, RichText, clockTime, fullTime, type Attachment } from "@deskbridge/ui";
import { Reply } from "lucide";
import type { VNode } from "preact";
import type { Quote } from "../../shared/protocol.ts";
import type { Bubble as Line } from "../layout.ts";
import { Answers } from "./Answers.tsx";
import { Attachments } from "./Attachments.tsx";
import { useShared } from "./context.ts";
import { Mark } from "./Mark.tsx";
import { QuoteView } from "./QuoteView.tsx";

type Props = { bubble: Line; onReply: (message: Quote) => void; onShow: (image: Attachment) => void };

export function Bubble({ bubble, onReply, onShow }: Props): VNode {
  const { t, locale, state, desk } = useShared();
  const { own, first, last, author, at, signed, message, item } = bubble;
  const name = own ? t("you") : (author ?? state.config.name);
  const quote = message?.reply_to ?? item?.reply_to;
  const text = message?.text ?? item?.text ?? "";
  const bare = text === "" && !message?.deleted;
  return (
    <div class={`line${own ? " own" : ""}${first ? " first" : ""}${last ? " last" : ""}`}>
      {first && !own && (
        <span class="author" dir="auto" aria-hidden>
          <Portrait class="portrait" url={message?.author?.avatar_url} />
          {name}
        </span>
      )}
      <span class="unseen">{name}: </span>
      <div class="with-reply">
        <div class="stack">
          {message?.deleted ? (
            <div class="bubble gone">{t("deleted")}</div>
          ) : (
            !bare && (
              <div class="bubble">
                {quote && <QuoteView quote={quote} />}
                <RichText text={text} rich={message?.rich} />
              </div>
            )
          )}
          {!message?.deleted && (
            <Attachments
              stored={message?.attachments ?? []}
              waiting={item ? desk.outbox.waitingFiles(item) : []}
              onShow={onShow}
            />
          )}
          {message?.buttons && <Answers message={message} buttons={message.buttons} />}
        </div>
        {message && !message.deleted && (
          <button
            type="button"
            class="tool reply"
            aria-label={t("reply")}
            title={t("reply")}
            onClick={() => onReply({ id: message.id, text: message.text, from: message.from })}
          >
            <Icon of={Reply} size={16} />
          </button>
        )}
      </div>
      {signed && (
        <div class="meta">
          {bubble.mark && <Mark bubble={bubble} />}
          {message?.edited && <span>{t("edited")}</span>}
          {bubble.mark !== "failed" && bubble.mark !== "queued" && (
            <time dateTime={new Date(at).toISOString()} title={fullTime(at, locale)}>
              {clockTime(at, locale)}
            </time>
          )}
        </div>
      )}
    </div>
  );
}
