import type { VNode } from "preact";
import { useId, useState } from "preact/hooks";
import { Icon } from "@deskbridge/ui";
import { locale, t } from "../i18n/index.ts";
import type { AgentRef } from "../api/types.ts";
import { findAgents } from "../store/people.ts";
import { agents, me } from "../store/session.ts";
import { Face } from "./avatar.tsx";
import { Bot } from "./icons.ts";
import { PresenceWord } from "./presence.tsx";

type Props = { label: string; without: readonly string[]; onlineOnly?: boolean; viewers?: boolean; chosen?: ReadonlySet<string>; onChoose: (agent: AgentRef) => void };

/** A box to type a name into, and the colleagues it leaves; arrows and Enter choose. */
export function AgentList({ label, without, onlineOnly = false, viewers = false, chosen, onChoose }: Props): VNode {
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const listId = useId();
  const found = findAgents(agents.value, query, without, locale.value, onlineOnly, viewers);
  const at = Math.min(active, found.length - 1);
  const onKey = (event: KeyboardEvent): void => {
    if (event.isComposing || found.length === 0) return;
    if (event.key === "ArrowDown") setActive((at + 1) % found.length);
    else if (event.key === "ArrowUp") setActive((at - 1 + found.length) % found.length);
    else if (event.key === "Enter") onChoose(found[at]!);
    else return;
    event.preventDefault();
  };
  return (
    <div class="people">
      <input
        type="text"
        autocomplete="off"
        value={query}
        placeholder={t("people.search")}
        aria-label={label}
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={found.length > 0 ? `${listId}-${at}` : undefined}
        autoFocus
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKey}
      />
      <ul id={listId} role="listbox" aria-label={label} aria-multiselectable={chosen !== undefined}>
        {found.map((agent, index) => (
          <li
            key={agent.id}
            id={`${listId}-${index}`}
            role="option"
            class={index === at ? "active" : ""}
            aria-selected={chosen ? chosen.has(agent.id) : index === at}
            data-agent={agent.id}
            onPointerMove={() => setActive(index)}
            onClick={() => onChoose(agent)}
          >
            <Person agent={agent} marked={chosen?.has(agent.id)} />
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="meta">{t(onlineOnly && query === "" ? "people.noneOnline" : "people.none")}</p>}
    </div>
  );
}

export function Person({ agent, marked }: { agent: AgentRef; marked?: boolean | undefined }): VNode {
  return (
    <span class="person">
      {marked !== undefined && <input type="checkbox" checked={marked} tabIndex={-1} aria-hidden="true" readOnly />}
      <span class="avatar s shade-0" title={t(agent.online ? "presence.windowOpen" : "presence.windowClosed")}>
        <Face name={agent.name} url={agent.avatar_url} />
        <span class={`window-dot ${agent.online ? "open" : ""}`} aria-hidden="true" />
      </span>
      <span class="person-name" dir="auto">
        {agent.id === me.value.id ? t("people.me", { name: agent.name }) : agent.name}
      </span>
      {agent.role === "bot" && (
        <span class="chip bot" data-bot>
          <Icon of={Bot} size={12} />
          {t("row.bot")}
        </span>
      )}
      <PresenceWord presence={agent.presence} />
      <span class="sr-only">{t(agent.online ? "presence.windowOpen" : "presence.windowClosed")}</span>
    </span>
  );
}
