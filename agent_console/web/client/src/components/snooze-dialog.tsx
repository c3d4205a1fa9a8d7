import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError, fullTime } from "@deskbridge/ui";
import { getSnoozeChoices } from "../api/endpoints.ts";
import type { SnoozeChoice } from "../api/types.ts";
import { locale, t } from "../i18n/index.ts";
import { getRow } from "../store/desk.ts";
import { snooze, SNOOZE_CHOICES } from "../store/snoozing.ts";
import { closeDialog } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { contactName, errorText } from "../store/words.ts";
import { Button } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";
import { AlarmClock } from "./icons.ts";

type Times = Record<SnoozeChoice, number>;
type Choose = (until: number | SnoozeChoice) => Promise<void>;

/** Asks until when a conversation is to be out of the way; one press does it. */
export function SnoozeDialog({ conversation }: { conversation: number }): VNode | null {
  const row = getRow(conversation);
  const [times, setTimes] = useState<Times | null>(null);
  useEffect(() => {
    void getSnoozeChoices(conversation).then(({ choices }) => setTimes(choices)).catch(complain);
  }, [conversation]);
  if (!row) return null;
  const choose: Choose = async (until) => {
    await snooze(conversation, until);
    closeDialog();
  };
  return (
    <DialogBox title={t("snooze.title", { name: contactName(row) })} class="narrow">
      <SnoozeForm times={times} choose={choose} />
    </DialogBox>
  );
}

/** The choices, and a time of one's own; `times` is what each comes to, where that is one for all. */
export function SnoozeForm({ times, choose }: { times: Times | null; choose: Choose }): VNode {
  const [moment, setMoment] = useState("");
  const [trouble, setTrouble] = useState<string | null>(null);
  const tell = (error: unknown): void => {
    if (!(error instanceof ApiError) || error.status >= 500) return complain(error);
    setTrouble(error.fields["until"] === undefined ? errorText(error) : t("snooze.badTime"));
  };
  const take = (until: number | SnoozeChoice): void => void choose(until).catch(tell);
  return (
    <form
      class="stack"
      onInput={() => setTrouble(null)}
      onSubmit={(event) => {
        event.preventDefault();
        if (moment !== "") take(new Date(moment).getTime());
      }}
    >
      <div class="snooze-choices">
        {SNOOZE_CHOICES.map((one, at) => (
          <button key={one} type="button" class="btn" autoFocus={at === 0} data-until={one} onClick={() => take(one)}>
            <span>{t(`snooze.${one}`)}</span>
            {times && <span class="meta">{fullTime(times[one], locale.value)}</span>}
          </button>
        ))}
      </div>
      <label class="field">
        <span>{t("snooze.moment")}</span>
        <input type="datetime-local" value={moment} onInput={(event) => setMoment(event.currentTarget.value)} />
      </label>
      <p class="meta">{t("snooze.what")}</p>
      {trouble !== null && (
        <p class="problem" role="alert">
          {trouble}
        </p>
      )}
      <div class="form-buttons">
        <Button onClick={closeDialog}>{t("action.cancel")}</Button>
        <Button type="submit" icon={AlarmClock} disabled={moment === ""}>
          {t("action.snooze")}
        </Button>
      </div>
    </form>
  );
}
