import { Icon } from "@deskbridge/ui/icon.tsx";
import { UserPlus } from "lucide";
import type { TargetedSubmitEvent, VNode } from "preact";
import { useState } from "preact/hooks";
import { addOwner } from "../store/api.ts";
import { attempt, choose } from "../store/desk.ts";
import type { Owner, Phone } from "../store/types.ts";

/** Whose phone this is, and how somebody else gets one. */
export function Owners({ phone, owner }: { phone: Phone; owner: Owner | undefined }): VNode {
  const [adding, setAdding] = useState(false);
  const mails = phone.can.includes("mail");

  async function add(event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const name = String(given.get("name"));
    const added = addOwner(phone.id, mails ? `${name} <${given.get("address")}>` : name).then((id) => choose(phone.id, id));
    if (await attempt(phone.id, added)) setAdding(false);
  }

  return (
    <div class="owners">
      <label>
        <span>{mails ? "Mailbox" : "Phone"} of</span>
        <select value={owner?.id ?? ""} onChange={(event) => choose(phone.id, event.currentTarget.value)}>
          {phone.owners.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="plain"
        aria-expanded={adding}
        aria-label="Add a customer"
        title="Add a customer"
        onClick={() => setAdding(!adding)}
      >
        <Icon of={UserPlus} size={18} />
      </button>
      {adding && (
        <form onSubmit={(event) => void add(event)}>
          <input name="name" aria-label="Name of the customer" placeholder="Name" required maxLength={80} autoFocus />
          {mails && <input name="address" type="email" aria-label="Address of the customer" placeholder="Address" required maxLength={254} />}
          <button type="submit">Add</button>
        </form>
      )}
    </div>
  );
}
