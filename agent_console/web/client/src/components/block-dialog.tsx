import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import type { BlockScope, Row } from "../api/types.ts";
import { blockedBy, blockLine, termText } from "../store/block-words.ts";
import { serverNow } from "../store/clock.ts";
import { getRow } from "../store/desk.ts";
import { settings } from "../store/session.ts";
import { closeDialog } from "../store/ui.ts";
import { blockCustomer, complain, perform } from "../store/verbs.ts";
import { channelName, contactName, errorText } from "../store/words.ts";
import { Button } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";
import { Ban } from "./icons.ts";

/** How long: one of the times of the YAML in ms, a moment that is typed, or for ever. */
type End = number | "moment" | "forever";

/** Keeps a customer away: whom, until when and why are all to be said. */
export function BlockDialog({ conversation }: { conversation: number }): VNode | null {
  const row = getRow(conversation);
  const [scope, setScope] = useState<BlockScope>("identity");
  const [end, setEnd] = useState<End | null>(null);
  const [moment, setMoment] = useState("");
  const [reason, setReason] = useState("");
  const [trouble, setTrouble] = useState<string | null>(null);
  if (!row) return null;
  const whole = end !== null && reason.trim() !== "" && (end !== "moment" || moment !== "");
  const submit = async (): Promise<void> => {
    if (!whole) return;
    const until = end === "forever" ? null : end === "moment" ? new Date(moment).getTime() : serverNow() + end;
    try {
      await blockCustomer(conversation, { scope, until, reason: reason.trim() });
      closeDialog();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status >= 500) return complain(error);
      setTrouble(error.fields["until"] === undefined ? errorText(error) : t("block.badEnd"));
    }
  };
  return (
    <DialogBox title={t("block.title", { name: contactName(row) })} class="narrow">
      <form
        class="stack"
        onInput={() => setTrouble(null)}
        onSubmit={(event) => {
          event.preventDefault();
          void submit().catch(complain);
        }}
      >
        <label class="field">
          <span>{t("block.whom")}</span>
          <select value={scope} autoFocus onChange={(event) => setScope(event.currentTarget.value as BlockScope)}>
            <option value="identity">{t("block.account", { channel: channelName(row) })}</option>
            <option value="contact">{t("block.person")}</option>
          </select>
        </label>
        <EndChoice end={end} choose={setEnd} />
        {end === "moment" && (
          <label class="field">
            <span>{t("block.moment")}</span>
            <input type="datetime-local" required value={moment} onInput={(event) => setMoment(event.currentTarget.value)} />
          </label>
        )}
        <label class="field">
          <span>{t("block.reason")}</span>
          <textarea rows={3} required maxLength={500} dir="auto" value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
        </label>
        <p class="meta">{t("block.what")}</p>
        {trouble !== null && (
          <p class="problem" role="alert">
            {trouble}
          </p>
        )}
        <div class="form-buttons">
          <Button onClick={closeDialog}>{t("action.cancel")}</Button>
          <Button type="submit" tone="danger" icon={Ban} disabled={!whole}>
            {t("block.do")}
          </Button>
        </div>
      </form>
    </DialogBox>
  );
}

function EndChoice({ end, choose }: { end: End | null; choose: (end: End) => void }): VNode {
  const { choices, require_end } = settings.value.block;
  const all: [End, string][] = [
    ...choices.map((ms): [End, string] => [ms, termText(ms)]),
    ["moment", t("block.toMoment")],
    ...(require_end ? [] : [["forever", t("block.forever")] satisfies [End, string]]),
  ];
  return (
    <fieldset class="block-ends">
      <legend>{t("block.howLong")}</legend>
      {all.map(([value, label]) => (
        <label key={value} class="btn">
          <input type="radio" class="sr-only" name="end" required checked={end === value} onChange={() => choose(value)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

/** Asks once before a customer is let in again. */
export function UnblockDialog({ conversation }: { conversation: number }): VNode | null {
  const row = getRow(conversation);
  if (!row) return null;
  const confirm = (): void => {
    closeDialog();
    void perform(conversation, "unblock").catch(complain);
  };
  return (
    <DialogBox title={t("unblock.title", { name: contactName(row) })} class="narrow">
      <BlockWords row={row} />
      <p>{t("unblock.what")}</p>
      <div class="form-buttons">
        <Button onClick={closeDialog}>{t("action.cancel")}</Button>
        <Button tone="go" autoFocus onClick={confirm}>
          {t("unblock.do")}
        </Button>
      </div>
    </DialogBox>
  );
}

function BlockWords({ row }: { row: Row }): VNode | null {
  const { block } = row.conversation;
  if (!block) return null;
  return (
    <blockquote class="delete-what" dir="auto">
      {blockLine(block, contactName(row))} {blockedBy(block)}
    </blockquote>
  );
}
