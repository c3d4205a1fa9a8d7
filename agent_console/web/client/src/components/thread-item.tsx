import { memo } from "preact/compat";
import type { VNode } from "preact";
import { clockTime, dayLabel, fullTime } from "@deskbridge/ui";
import { locale, t } from "../i18n/index.ts";
import type { Message, Row } from "../api/types.ts";
import { serverNow } from "../store/clock.ts";
import { go, pathOf } from "../store/route.ts";
import type { Item } from "../store/timeline.ts";
import { contactName, eventLine } from "../store/words.ts";
import { Bubble } from "./bubble.tsx";
import { FloodLine } from "./flood-line.tsx";
import { PendingBubble } from "./pending-bubble.tsx";
import { TicketLine } from "./ticket-line.tsx";

type Props = { item: Item; row: Row; lit: boolean };

function Piece({ item, row, lit }: Props): VNode {
  switch (item.kind) {
    case "start":
      return <div class="thread-start">{t("thread.start", { name: contactName(row) })}</div>;
    case "day":
      return (
        <div class="day">
          <span>{dayLabel(item.at, locale.value, serverNow())}</span>
        </div>
      );
    case "unread":
      return (
        <div class="unread-line" role="separator" aria-label={t("thread.unread")}>
          <span>{t("thread.unread")}</span>
        </div>
      );
    case "event":
      if (item.message.flood) return <FloodLine message={item.message} flood={item.message.flood} row={row} lit={lit} />;
      return <EventLine message={item.message} row={row} lit={lit} />;
    case "message":
      return <Bubble message={item.message} row={row} first={item.first} lit={lit} />;
    case "pending":
      return <PendingBubble unsent={item.unsent} first={item.first} />;
  }
}

function EventLine({ message, row, lit }: { message: Message; row: Row; lit: boolean }): VNode {
  const sentence = message.activity ? eventLine(message.activity, contactName(row)) : message.text;
  return (
    <div class={`event ${lit ? "lit" : ""}`} data-event={message.activity?.verb}>
      {sentence} <OtherConversation id={message.activity?.data["other"]} />
      <TicketLine message={message} row={row} />
      <time dateTime={new Date(message.at).toISOString()} title={fullTime(message.at, locale.value)}>
        {clockTime(message.at, locale.value)}
      </time>
    </div>
  );
}

/** The way to the conversation that this one continues, or that continues this one. */
function OtherConversation({ id }: { id: unknown }): VNode | null {
  if (typeof id !== "number") return null;
  const follow = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go({ conversation: id });
  };
  return (
    <>
      <a href={pathOf({ conversation: id })} onClick={follow}>
        {t("event.other", { id: String(id) })}
      </a>{" "}
    </>
  );
}

const sameVerbs = (before: Row, after: Row): boolean => before.can === after.can || before.can.join() === after.can.join();

const content = (item: Item): unknown => ("message" in item ? item.message : "unsent" in item ? item.unsent : item.key);

/** Drawn anew only when what it shows has changed; a busy thread is drawn often, each of its messages seldom. */
export const ThreadItem = memo(Piece, (before: Props, after: Props) => {
  const same = before.item.kind === after.item.kind && content(before.item) === content(after.item);
  const firstSame = !("first" in before.item) || !("first" in after.item) || before.item.first === after.item.first;
  const { contact, inbox } = after.row.conversation;
  const rowSame = before.row.conversation.contact.name === contact.name && before.row.conversation.inbox === inbox && sameVerbs(before.row, after.row);
  return same && firstSame && rowSame && before.lit === after.lit;
});
