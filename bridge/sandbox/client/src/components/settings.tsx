import type { VNode } from "preact";
import { act } from "../store/api.ts";
import { attempt } from "../store/desk.ts";
import type { Owner, Phone } from "../store/types.ts";

const WORDS = {
  telegram: ["Block the bot", "Restart the bot"],
  vk: ["Forbid messages", "Allow messages"],
  viber: ["Leave the bot", "Subscribe again"],
  email: ["Close the address", "Open the address"],
} as const;

/** What a customer does with the dialog as a whole. */
export function Settings({ phone, owner }: { phone: Phone; owner: Owner }): VNode {
  const doing = (verb: string, given: Record<string, boolean> = {}): void =>
    void attempt(phone.id, act(phone.id, owner.id, verb, given));
  const [block, unblock] = WORDS[phone.network];
  return (
    <div class="settings">
      {phone.can.includes("read") && (
        <label title="A closed dialog gets messages and leaves them unread">
          <input
            type="checkbox"
            checked={owner.open}
            onChange={(event) => doing("open", { open: event.currentTarget.checked })}
          />
          Dialog is open
        </label>
      )}
      <button type="button" onClick={() => doing(owner.blocked ? "unblock" : "block")}>
        {owner.blocked ? unblock : block}
      </button>
    </div>
  );
}
