import type { TargetedSubmitEvent, VNode } from "preact";
import { planFaults } from "../store/api.ts";
import { attempt } from "../store/desk.ts";
import type { Phone } from "../store/types.ts";

const KINDS: [string, string][] = [
  ["throttled", "Too many requests"],
  ["broken", "502 Bad Gateway"],
  ["reset_before", "Connection lost before the effect"],
  ["reset_after", "Connection lost after the effect"],
  ["delay", "Answers after 3 seconds"],
];

/** What the same comes to where mail is carried, if the words above do not fit. */
const MAIL_WORDS: Record<string, string> = { throttled: "451 Too many messages", broken: "450 No mail taken now" };

/** The network's faults, for so many of the program's next calls. */
export function Faults({ phone }: { phone: Phone }): VNode {
  const plan = (given: Record<string, string | number | boolean>): void =>
    void attempt(phone.id, planFaults(phone.id, given));

  function submit(event: TargetedSubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    plan({
      kind: String(given.get("kind")),
      times: Number(given.get("times")),
      only_sending: given.get("calls") === "sending",
    });
  }

  return (
    <details class="faults">
      <summary>
        Faults{phone.faults > 0 && <strong class="left">{phone.faults} to come</strong>}
      </summary>
      <form onSubmit={submit}>
        <label>
          What goes wrong
          <select name="kind">
            {KINDS.map(([kind, words]) => (
              <option key={kind} value={kind}>
                {(phone.can.includes("mail") && MAIL_WORDS[kind]) || words}
              </option>
            ))}
          </select>
        </label>
        <label>
          With the next
          <input name="times" type="number" min={1} max={100} value={1} required />
        </label>
        <label>
          calls
          <select name="calls">
            <option value="sending">that send a message</option>
            <option value="all">of any kind</option>
          </select>
        </label>
        <button type="submit">Let it go wrong</button>
        <button type="button" disabled={phone.faults === 0} onClick={() => plan({ kind: "none" })}>
          All well again
        </button>
      </form>
    </details>
  );
}
