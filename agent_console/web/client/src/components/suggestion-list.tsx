import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n/index.ts";
import type { Completion, Suggestion } from "../store/suggest.ts";

type Props = { completion: Completion; active: number; onActive: (at: number) => void; onChoose: (item: Suggestion) => void };

const labels = { "/": "key.quickReplies", ":": "key.emoji", "@": "mention.label" } as const;

export const SUGGESTIONS = "suggestions";
export const suggestionId = (at: number): string => `suggestion-${at}`;

/** Quick replies while "/" is being typed, with the whole text of one beside them; emoji while ":" is; colleagues while "@" is. */
export function SuggestionList({ completion, active, onActive, onChoose }: Props): VNode {
  const list = useRef<HTMLUListElement>(null);
  const { items, sign } = completion;
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [active]);
  if (items.length === 0) return <div class="suggestions none meta">{t(sign === "@" ? "pick.none" : "quick.none")}</div>;
  const chosen = items[active] ?? items[0]!;
  return (
    <div class={`suggestions ${sign === "/" ? "with-preview" : ""}`}>
      <ul ref={list} id={SUGGESTIONS} role="listbox" aria-label={t(labels[sign])}>
        {items.map((item, at) => (
          <li
            key={item.key}
            id={suggestionId(at)}
            role="option"
            aria-selected={item === chosen}
            onPointerMove={() => onActive(at)}
            onPointerDown={(event) => {
              event.preventDefault();
              onChoose(item);
            }}
          >
            <kbd>{item.sign}</kbd>
            <span dir="auto">{item.title}</span>
          </li>
        ))}
      </ul>
      {sign === "/" && (
        <div class="quick-preview" dir="auto">
          {chosen.insert}
        </div>
      )}
    </div>
  );
}
