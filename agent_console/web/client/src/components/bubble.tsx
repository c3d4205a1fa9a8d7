import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import { clockTime, fullTime, Icon, RichText, shortTime } from "@deskbridge/ui";
import { locale, t } from "../i18n/index.ts";
import type { Message, Quoted, Row } from "../api/types.ts";
import { goToMessage } from "../store/reading.ts";
import { mayBePicked, picking, toggle } from "../store/picking.ts";
import { inboxOf, isBot } from "../store/session.ts";
import { authorName, contactName, mailSaysIt, quotedName } from "../store/words.ts";
import { SmallFace } from "./avatar.tsx";
import { Attachments } from "./attachments.tsx";
import { MarkIcon, Trouble } from "./delivery-mark.tsx";
import { Bot, Lock, Mail } from "./icons.ts";
import { MailLine } from "./mail-line.tsx";
import { MessageActions } from "./message-actions.tsx";
import { MessageMore, WholeText } from "./message-more.tsx";
import { useHold } from "./hold.ts";
import { PickBox } from "./picking-bar.tsx";

const FOLD_CHARS = 1_400;
const FOLD_LINES = 22;

type Props = { message: Message; row: Row; first: boolean; lit: boolean };

/** One message. Its actions are drawn when it is pointed at or focused: a long thread scrolls past many it never needs them for. */
export function Bubble({ message, row, first, lit }: Props): VNode {
  const [active, setActive] = useState(false);
  const [whole, setWhole] = useState<string | null>(null);
  const isPicking = picking.value !== null && mayBePicked(message);
  const isPicked = picking.value?.has(message.id) === true;
  const hold = useHold(() => mayBePicked(message) && !isPicking && toggle(message.id));
  const side = message.kind === "incoming" ? "in" : message.kind === "note" ? "note" : "out";
  return (
    <article class={`msg ${side} ${first ? "first" : ""} ${lit ? "lit" : ""} ${isPicking ? "picking" : ""} ${isPicked ? "picked" : ""}`} data-message={message.id} data-client={message.client_id} tabIndex={-1} aria-label={label(message, row)} onPointerEnter={() => setActive(true)} onPointerLeave={() => setActive(false)} onFocusIn={() => setActive(true)} {...hold} onClickCapture={(event) => isPicking && pick(event, message.id)}>
      {first && <ByLine name={authorName(message.author, contactName(row))} agent={message.author.id} note={message.kind === "note"} bot={message.author.kind === "system" ? "program" : isBot(message.author.id) ? "bot" : undefined} />}
      <div class="bubble-line">
        {isPicking && <PickBox on={isPicked} label={label(message, row)} onToggle={() => toggle(message.id)} />}
        <div class={`bubble ${whole === null && endsInText(message, row) ? "stamp-in-text" : ""}`}>
          {message.reply_to && <QuoteBox quoted={message.reply_to} row={row} />}
          <Attachments of={message.attachments} sent />
          {whole === null ? <Text message={message} /> : <WholeText text={whole} />}
          <Stamp at={message.at}>
            {message.inbox !== undefined && message.inbox !== row.conversation.inbox && <CameBy inbox={message.inbox} />}
            {message.sent_at !== undefined && <span title={fullTime(message.sent_at, locale.value)}>{t("message.writtenAt", { time: shortTime(message.sent_at, locale.value, message.at) })}</span>}
            {message.edited_at !== undefined && <span title={fullTime(message.edited_at, locale.value)}>{t("message.edited")}</span>}
            {message.mark && <MarkIcon mark={message.mark} row={row} />}
          </Stamp>
        </div>
        {active && !isPicking && !message.deleted && <MessageActions message={message} row={row} />}
      </div>
      <MessageMore message={message} row={row} whole={whole !== null} onWhole={setWhole} />
      {message.mark && !mailSaysIt(message) && <Trouble message={message} mark={message.mark} row={row} />}
      {message.kind === "outgoing" && <MailLine message={message} row={row} />}
    </article>
  );
}

/** While messages are picked, a press anywhere on one picks it. */
function pick(event: MouseEvent, id: number): void {
  if (event.target instanceof Element && event.target.closest(".pick-box")) return;
  event.preventDefault();
  event.stopPropagation();
  toggle(id);
}

const BLOCKS = new Set(["p", "quote", "pre", "ul", "ol"]);

/** Whether the text ends in a line that the time can stand at the end of; below a block it has a line of its own. */
function endsInText(message: Message, row: Row): boolean {
  if (message.sent_at !== undefined || (message.inbox !== undefined && message.inbox !== row.conversation.inbox)) return false;
  const last = message.rich?.at(-1);
  return message.text !== "" && !isLong(message.text) && !message.deleted && !(last && BLOCKS.has(last.t));
}

const isLong = (text: string): boolean => text.length > FOLD_CHARS || text.split("\n").length > FOLD_LINES;

function label(message: Message, row: Row): string {
  const name = authorName(message.author, contactName(row));
  return t(message.kind === "note" ? "message.labelNote" : "message.label", { name, time: clockTime(message.at, locale.value) });
}

export function ByLine({ name, agent, note, bot }: { name: string; agent: string | undefined; note: boolean; bot?: "bot" | "program" | undefined }): VNode {
  return (
    <div class="by">
      {note && <Icon of={Lock} size={12} />}
      {bot && (
        <span class="by-bot" data-bot>
          <Icon of={Bot} size={12} />
          {bot === "bot" && <span class="sr-only">{t("row.bot")}</span>}
        </span>
      )}
      <SmallFace agent={agent} />
      <span dir="auto">{note ? t("message.noteBy", { name }) : name}</span>
    </div>
  );
}

export function Stamp({ at, children }: { at: number; children?: ComponentChildren }): VNode {
  return (
    <span class="stamp">
      <time dateTime={new Date(at).toISOString()} title={fullTime(at, locale.value)}>
        {clockTime(at, locale.value)}
      </time>
      {children}
    </span>
  );
}

/** Says that a customer's message has come by another inbox than its conversation began in. */
function CameBy({ inbox }: { inbox: string }): VNode {
  const words = t("message.cameBy", { inbox: inboxOf(inbox)?.name ?? inbox });
  return (
    <span class="came-by" data-came-by={inbox}>
      <Icon of={Mail} size={13} /> {words}
    </span>
  );
}

function Text({ message }: { message: Message }): VNode | null {
  const long = isLong(message.text);
  const [folded, setFolded] = useState(long);
  if (message.deleted) return <em class="deleted">{t("message.deleted")}</em>;
  if (message.text === "" && !message.rich) return null;
  return (
    <>
      <div class={folded ? "folded" : "text"}>
        <RichText text={message.text} rich={message.rich} lang={message.lang} />
        <span class={`stamp-room ${message.mark ? "with-mark" : ""} ${message.edited_at === undefined ? "" : "with-edit"}`} />
      </div>
      {long && (
        <button type="button" class="link" aria-expanded={!folded} onClick={() => setFolded(!folded)}>
          {t(folded ? "message.unfold" : "message.fold")}
        </button>
      )}
    </>
  );
}

/** What the message answers; pressing it leads there. */
function QuoteBox({ quoted, row }: { quoted: Quoted; row: Row }): VNode {
  const name = quotedName(quoted, contactName(row));
  return (
    <button type="button" class="quote" onClick={() => void goToMessage(row.conversation.id, quoted.id)} aria-label={t("message.quoteOf", { name })}>
      <b>{name}</b>
      <span dir="auto">{quoted.text === "" ? t("attachment.file") : quoted.text}</span>
    </button>
  );
}
