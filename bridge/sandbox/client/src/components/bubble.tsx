import { Icon } from "@deskbridge/ui/icon.tsx";
import { clockTime } from "@deskbridge/ui/time.ts";
import { Check, CheckCheck, Pencil, Reply, Trash2, Undo2 } from "lucide";
import type { VNode } from "preact";
import { act } from "../store/api.ts";
import { attempt, begin } from "../store/desk.ts";
import type { Mark, Message, Owner, Phone } from "../store/types.ts";
import { Buttons } from "./keyboard.tsx";
import { SentFileView } from "./sent-file.tsx";
import { Words } from "./words.tsx";

interface Shown {
  phone: Phone;
  owner: Owner;
  message: Message;
}

const MARKS: Record<Exclude<Mark, "">, string> = { sent: "Sent", delivered: "Delivered", read: "Read" };

export function Bubble({ phone, owner, message }: Shown): VNode {
  return (
    <div class={message.mine ? "line mine" : "line"}>
      <div class="bubble">
        {message.subject && <p class="subject">{message.subject}</p>}
        {message.quote && <p class="answered">{message.quote}</p>}
        {message.files.map((one) => (
          <SentFileView key={one.url} file={one} />
        ))}
        {message.spans.length > 0 && (
          <p class="words">
            <Words spans={message.spans} />
          </p>
        )}
        <p class="facts">
          {message.edited && <span>edited</span>}
          <time>{clockTime(message.at, "en-GB")}</time>
          {message.mark && <MarkView mark={message.mark} />}
        </p>
      </div>
      {message.buttons.length > 0 && <Buttons phone={phone} owner={owner} message={message.id} rows={message.buttons} />}
      <Actions phone={phone} owner={owner} message={message} />
    </div>
  );
}

function MarkView({ mark }: { mark: Exclude<Mark, ""> }): VNode {
  return (
    <span class={`mark ${mark}`} data-mark={mark} title={MARKS[mark]}>
      <Icon of={mark === "sent" ? Check : CheckCheck} size={14} label={MARKS[mark]} />
    </span>
  );
}

function Actions({ phone, owner, message }: Shown): VNode | null {
  const can = (verb: string): boolean => phone.can.includes(verb) && !owner.blocked;
  const begun = (verb: "edit" | "quote") => () => begin(phone.id, { verb, owner: owner.id, message });
  const erase = (): void => void attempt(phone.id, act(phone.id, owner.id, "delete", { message: message.id }));
  const editable = message.mine && message.spans.length > 0;
  const answer = can("mail") ? "Reply" : "Quote";
  const bounce = (): void => void attempt(phone.id, act(phone.id, owner.id, "bounce", { message: message.id }));
  if (!can("quote") && !can("edit")) return null;
  return (
    <div class="actions">
      {can("quote") && <Action icon={Reply} name={answer} press={begun("quote")} />}
      {can("edit") && editable && <Action icon={Pencil} name="Edit" press={begun("edit")} />}
      {can("delete") && message.mine && <Action icon={Trash2} name="Delete" press={erase} />}
      {can("bounce") && !message.mine && <Action icon={Undo2} name="Return as undeliverable" press={bounce} />}
    </div>
  );
}

function Action({ icon, name, press }: { icon: typeof Reply; name: string; press: () => void }): VNode {
  return (
    <button type="button" class="plain" aria-label={name} title={name} onClick={press}>
      <Icon of={icon} size={14} />
    </button>
  );
}
