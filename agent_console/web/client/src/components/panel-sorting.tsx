import type { ComponentChildren, VNode } from "preact";
import { t } from "../i18n/index.ts";
import type { Row } from "../api/types.ts";
import { aboutWords, tags, topicsAreUsed } from "../store/labels.ts";
import { dialog } from "../store/ui.ts";
import { may } from "../store/verbs.ts";
import { IconButton } from "./button.tsx";
import { Pencil } from "./icons.ts";
import { Fact } from "./panel-section.tsx";
import { TagOf } from "./tag.tsx";

/** The client's tags and the conversation's topics, each with the way to change it. */
export function SortingFacts({ row }: { row: Row }): VNode | null {
  const { contact, topics, other_topic } = row.conversation;
  const showsTags = tags.value.size > 0;
  const showsTopics = topicsAreUsed() || topics.length > 0 || other_topic !== undefined;
  if (!showsTags && !showsTopics) return null;
  return (
    <dl class="facts" data-sorting>
      {showsTags && (
        <Fact name={t("tags.name")}>
          <Changeable row={row} kind="tags" empty={contact.tags.length === 0}>
            {contact.tags.map((id) => (
              <TagOf key={id} id={id} />
            ))}
          </Changeable>
        </Fact>
      )}
      {showsTopics && (
        <Fact name={t("topics.name")}>
          <Changeable row={row} kind="topics" empty={topics.length === 0 && other_topic === undefined}>
            {aboutWords(row.conversation).map((words) => (
              <span key={words} class="chip" dir="auto">
                {words}
              </span>
            ))}
          </Changeable>
        </Fact>
      )}
    </dl>
  );
}

type Props = { row: Row; kind: "tags" | "topics"; empty: boolean; children: ComponentChildren };

/** Who may not change it sees it all the same; of a closed conversation it says why not (R43). */
function Changeable({ row, kind, empty, children }: Props): VNode {
  const editable = may(row, kind === "tags" ? "tag" : "set_topics");
  const change = (): void => {
    dialog.value = { kind, conversation: row.conversation.id };
  };
  const closed = !editable && kind === "topics" && may(row, "reopen");
  return (
    <span class="labels" data-labels={kind}>
      {children}
      {empty && !editable && "—"}
      {editable && empty && (
        <button type="button" class="fact-edit" onClick={change}>
          <span class="missing">{t("panel.add")}</span>
        </button>
      )}
      {editable && !empty && <IconButton icon={Pencil} size={13} label={t(kind === "tags" ? "action.tags" : "action.topics")} onClick={change} />}
      {closed && <span class="meta">{t("state.reopenFirst")}</span>}
    </span>
  );
}
