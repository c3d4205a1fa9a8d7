import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/index.ts";
import type { Row } from "../api/types.ts";
import { desk } from "../store/desk.ts";
import { tagLabel, tags, topicLabel, topics } from "../store/labels.ts";
import { settings } from "../store/session.ts";
import { chooseStatus } from "../store/statusing.ts";
import { closeDialog, type AfterClosing } from "../store/ui.ts";
import { closeConversation, complain, lacksTopic, setOtherTopic, setTag, setTopic } from "../store/verbs.ts";
import { contactName } from "../store/words.ts";
import { Button } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";
import { PickList, type Choice } from "./pick-list.tsx";

const rowOf = (id: number): Row | undefined => desk.value.rows.get(id)?.value;

type TopicsProps = { conversation: number; then: AfterClosing | undefined; status: string | undefined };

/** What the conversation is about: several topics, and one in one's own words. `then`: it is being closed, with that `status`, and needs one. */
export function TopicsDialog({ conversation, then, status }: TopicsProps): VNode | null {
  const row = rowOf(conversation);
  if (!row) return null;
  const chosen = new Set(row.conversation.topics);
  const offered = [...topics.value.values()].filter((one) => !one.retired || chosen.has(one.id));
  const close = (): void => {
    closeDialog();
    void (status === undefined ? closeConversation(conversation, then!) : chooseStatus(conversation, status)).catch(complain);
  };
  return (
    <DialogBox title={t("topics.title")} class="narrow">
      {then !== undefined && lacksTopic(row) && <p class="meta">{t("topics.needed")}</p>}
      {offered.length > 0 && (
        <PickList
          label={t("topics.pick")}
          choices={offered.map(({ id }) => ({ id, label: topicLabel(id) }))}
          chosen={chosen}
          toggle={(id, on) => void setTopic(conversation, id, on).catch(complain)}
          autoFocus
        />
      )}
      {(settings.value.other_topic || row.conversation.other_topic !== undefined) && <OtherTopic row={row} />}
      {then !== undefined && (
        <Button tone="go" disabled={lacksTopic(row)} onClick={close}>
          {t("action.close")}
        </Button>
      )}
    </DialogBox>
  );
}

const LONGEST_OTHER = 80;

function OtherTopic({ row }: { row: Row }): VNode {
  const { id, other_topic = "" } = row.conversation;
  const [words, setWords] = useState(other_topic);
  const next = words.trim();
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault();
        void setOtherTopic(id, next).catch(complain);
      }}
    >
      <label htmlFor="other-topic">{t("topics.other")}</label>
      <div class="with-sign">
        <input
          id="other-topic"
          type="text"
          dir="auto"
          maxLength={LONGEST_OTHER}
          placeholder={t("topics.other.placeholder")}
          value={words}
          readOnly={!settings.value.other_topic}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
        <Button type="submit" disabled={next === other_topic || (next !== "" && !settings.value.other_topic)}>
          {t("action.save")}
        </Button>
        {other_topic !== "" && (
          <Button
            onClick={() => {
              setWords("");
              void setOtherTopic(id, "").catch(complain);
            }}
          >
            {t("action.remove")}
          </Button>
        )}
      </div>
    </form>
  );
}

/** What kind of client this is. */
export function TagsDialog({ conversation }: { conversation: number }): VNode | null {
  const row = rowOf(conversation);
  if (!row) return null;
  const { contact } = row.conversation;
  const chosen = new Set(contact.tags);
  const choices: Choice[] = [...tags.value.values()]
    .filter((one) => !one.retired || chosen.has(one.id))
    .map(({ id, color }) => ({ id, label: tagLabel(id), color }));
  const toggle = (id: string, on: boolean): void => {
    void setTag(contact.id, id, on).catch(complain);
  };
  return (
    <DialogBox title={t("tags.title", { name: contactName(row) })} class="narrow">
      <PickList label={t("tags.pick")} choices={choices} chosen={chosen} toggle={toggle} autoFocus />
    </DialogBox>
  );
}
