import type { VNode } from "preact";
import { complaintOf, ownerOf } from "../store/desk.ts";
import type { Phone } from "../store/types.ts";
import { Composer } from "./composer.tsx";
import { Faults } from "./faults.tsx";
import { Keyboard } from "./keyboard.tsx";
import { MailComposer } from "./mail-composer.tsx";
import { Owners } from "./owners.tsx";
import { Settings } from "./settings.tsx";
import { Thread } from "./thread.tsx";

export const NAMES = { telegram: "Telegram", vk: "VK", viber: "Viber", email: "Mail" } as const;

export function PhoneView({ phone }: { phone: Phone }): VNode {
  const owner = ownerOf(phone);
  const Compose = phone.can.includes("mail") ? MailComposer : Composer;
  const complaint = complaintOf(phone.id);
  return (
    <section class={`phone ${phone.network}`} aria-label={`${NAMES[phone.network]}: ${phone.inbox}`}>
      <header class="bar">
        <span class="face" aria-hidden="true">
          {phone.inbox.slice(0, 1)}
        </span>
        <div>
          <h2>{phone.inbox}</h2>
          <p class="sub" aria-live="polite">
            {owner?.typing ? "is typing…" : NAMES[phone.network]}
          </p>
        </div>
      </header>
      <Owners phone={phone} owner={owner} />
      {owner && (
        <>
          <Thread key={owner.id} phone={phone} owner={owner} />
          {complaint && (
            <p class="complaint" role="alert">
              {complaint}
            </p>
          )}
          <Compose key={`write-${owner.id}`} phone={phone} owner={owner} />
          <Keyboard phone={phone} owner={owner} />
          <Settings phone={phone} owner={owner} />
        </>
      )}
      <Faults phone={phone} />
    </section>
  );
}
