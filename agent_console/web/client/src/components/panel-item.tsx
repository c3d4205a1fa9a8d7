import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/index.ts";
import type { Item, Row } from "../api/types.ts";
import { complain, linkItem, may, unlinkItem } from "../store/verbs.ts";
import { Button, IconButton } from "./button.tsx";
import { InlineForm } from "./editable-text.tsx";
import { focusOnMount } from "./hooks.ts";
import { Pencil, X } from "./icons.ts";
import { Fact } from "./panel-section.tsx";

/** The order, ticket or task elsewhere that the conversation is about: set, shown, cleared. */
export function ItemFact({ row }: { row: Row }): VNode | null {
  const [editing, setEditing] = useState(false);
  const { id, item } = row.conversation;
  const editable = may(row, "note");
  if (item === undefined && !editable) return null;
  return (
    <dl class="facts" data-item>
      <Fact name={t("item.name")}>
        {editing ? (
          <ItemForm id={id} item={item} done={() => setEditing(false)} />
        ) : item === undefined ? (
          <button type="button" class="fact-edit" onClick={() => setEditing(true)}>
            <span class="missing">{t("panel.add")}</span>
          </button>
        ) : (
          <span class="item">
            <ItemLink item={item} />
            {editable && <IconButton icon={Pencil} size={13} label={t("item.edit")} onClick={() => setEditing(true)} />}
            {editable && <IconButton icon={X} size={13} label={t("item.clear")} onClick={() => void unlinkItem(id).catch(complain)} />}
          </span>
        )}
      </Fact>
    </dl>
  );
}

function ItemLink({ item }: { item: Item }): VNode {
  // The server has let only web addresses in; looked at again where it becomes a link.
  if (item.url === undefined || !/^https?:\/\//i.test(item.url)) return <span>{item.label}</span>;
  return (
    <a href={item.url} target="_blank" rel="noopener noreferrer">
      {item.label}
    </a>
  );
}

function ItemForm({ id, item, done }: { id: number; item: Item | undefined; done: () => void }): VNode {
  const [label, setLabel] = useState(item?.label ?? "");
  const [url, setUrl] = useState(item?.url ?? "");
  const submit = async (): Promise<void> => {
    await linkItem(id, label.trim(), url.trim() === "" ? null : url.trim());
    done();
  };
  return (
    <InlineForm submit={submit} cancel={done} says={(error) => t(error.fields["url"] === undefined ? "field.bad" : "item.url.bad")}>
      {(problem) => (
        <>
          <input
            ref={focusOnMount}
            type="text"
            aria-label={t("item.name")}
            placeholder={t("item.placeholder")}
            maxLength={200}
            {...problem}
            value={label}
            dir="auto"
            onInput={(event) => setLabel(event.currentTarget.value)}
          />
          <input type="url" aria-label={t("item.url")} placeholder="https://" {...problem} value={url} dir="ltr" onInput={(event) => setUrl(event.currentTarget.value)} />
          <Button onClick={done}>{t("action.cancel")}</Button>
        </>
      )}
    </InlineForm>
  );
}
