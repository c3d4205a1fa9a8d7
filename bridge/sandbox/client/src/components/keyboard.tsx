import type { VNode } from "preact";
import { act } from "../store/api.ts";
import { attempt } from "../store/desk.ts";
import type { Button, Owner, Phone } from "../store/types.ts";

interface Place {
  phone: Phone;
  owner: Owner;
}

/** Rows of buttons that came with a message. */
export function Buttons({ phone, owner, message, rows }: Place & { message: string; rows: Button[][] }): VNode {
  const press = (label: string): void =>
    void attempt(phone.id, act(phone.id, owner.id, "press", { message, label }));
  return (
    <div class="buttons">
      {rows.map((row, at) => (
        <div key={at}>
          {row.map(({ label, href }) =>
            href === undefined ? (
              <button key={label} type="button" onClick={() => press(label)}>
                {label}
              </button>
            ) : (
              <a key={label} href={href} target="_blank" rel="noopener noreferrer">
                {label}
              </a>
            ),
          )}
        </div>
      ))}
    </div>
  );
}

/** The buttons that a network shows in place of the keyboard. */
export function Keyboard({ phone, owner }: Place): VNode | null {
  const board = owner.keyboard;
  if (board === undefined || owner.blocked) return null;
  return <Buttons phone={phone} owner={owner} message={board.message} rows={board.rows} />;
}
