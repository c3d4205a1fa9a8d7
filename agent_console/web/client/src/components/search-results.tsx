import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { fullTime, shortTime } from "@deskbridge/ui";
import { locale, t } from "../i18n/index.ts";
import type { Hit } from "../api/types.ts";
import { now } from "../store/clock.ts";
import { filtered, resetFilters } from "../store/list.ts";
import { goToMessage, openId } from "../store/reading.ts";
import { go, pathOf } from "../store/route.ts";
import { find, findAgain, findMore, found, searchFailure, stopSearch, type Found } from "../store/search.ts";
import { agentLabel, authorName, channelName, contactName } from "../store/words.ts";
import { complain } from "../store/verbs.ts";
import { wanted } from "../store/wanted.ts";
import { Avatar } from "./avatar.tsx";
import { Button } from "./button.tsx";
import { Failure } from "./failure.tsx";
import { RotateCcw, X } from "./icons.ts";

/** The hits of a search: one line for each message found, so that two hits in one conversation are two results. */
export function SearchResults(): VNode {
  const present = found.value!;
  return (
    <>
      <div class="results-head">
        <span role="status">{summary(present)}</span>
        <label class="check">
          <input type="checkbox" checked={present.here} onChange={(event) => void find(present.q, event.currentTarget.checked)} />
          {t("search.onlyHere")}
        </label>
      </div>
      <Body present={present} />
    </>
  );
}

function summary({ state, hits, next, q }: Found): string {
  if (state === "busy") return t("search.busy");
  if (state === "failed") return t("search.failed");
  return next === null ? t("search.count", { n: hits.length, q }) : t("search.more", { n: hits.length, q });
}

function Body({ present }: { present: Found }): VNode {
  if (present.state === "failed" && searchFailure.value) return <Failure error={searchFailure.value} retry={() => void findAgain()} />;
  if (present.state === "done" && present.hits.length === 0) return <NothingFound q={present.q} />;
  return <Hits present={present} />;
}

function NothingFound({ q }: { q: string }): VNode {
  return (
    <div class="empty">
      <p dir="auto">{t("search.none", { q })}</p>
      <p class="meta">{t(filtered.value ? "search.none.filtered" : "search.none.hint")}</p>
      {filtered.value ? (
        <Button icon={RotateCcw} onClick={() => void resetFilters().then(findAgain).catch(complain)}>
          {t("filter.reset")}
        </Button>
      ) : (
        <Button icon={X} onClick={stopSearch}>
          {t("search.clear")}
        </Button>
      )}
    </div>
  );
}

function Hits({ present }: { present: Found }): VNode {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const fill = (): void => {
    const handle = list.current;
    if (handle && handle.scrollOffset + handle.viewportSize * 2 > handle.scrollSize) void findMore();
  };
  return (
    <div ref={scroller} class="rows" aria-busy={present.state === "busy"}>
      <Virtualizer ref={list} as="ul" item="li" scrollRef={scroller} onScroll={fill}>
        {present.hits.map((hit) => (
          <HitItem key={`${hit.row.conversation.id}-${hit.message?.id ?? "name"}`} hit={hit} />
        ))}
      </Virtualizer>
    </div>
  );
}

function HitItem({ hit }: { hit: Hit }): VNode {
  const { row, message } = hit;
  const { id, contact, inbox, state } = row.conversation;
  const name = contactName(row);
  const at = message?.at ?? row.conversation.last_at;
  const open = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (message && openId.peek() === id) return void goToMessage(id, message.id);
    wanted.value = message ? { conversation: id, message: message.id } : null;
    go({ conversation: id });
  };
  return (
    <div class={`row hit ${openId.value === id ? "on" : ""}`}>
      <a class="row-link" href={pathOf({ conversation: id })} data-hit={message?.id} onClick={open}>
        <Avatar id={contact.id} name={name} url={contact.avatar_url} inbox={inbox} />
        <span class="row-name" dir="auto">
          {name}
        </span>
        <time class="row-time" dateTime={new Date(at).toISOString()} title={fullTime(at, locale.value)}>
          {shortTime(at, locale.value, now.value)}
        </time>
        <Snippet hit={hit} name={name} />
        <span class="row-chips">
          <span class="chip channel">{channelName(row)}</span>
          {state === "closed" && <span class="chip">{t("state.closed")}</span>}
          {message?.kind === "note" && <span class="chip note">{t("composer.note")}</span>}
        </span>
      </a>
    </div>
  );
}

function Snippet({ hit, name }: { hit: Hit; name: string }): VNode {
  if (!hit.message) return <span class="row-text">{t("search.nameMatch")}</span>;
  const { author, snippet, kind } = hit.message;
  const who = typeof author === "string" ? agentLabel(author) : author === null || kind === "incoming" ? name : authorName(author, name);
  return (
    <span class="row-text snippet" dir="auto">
      <b>{who}:</b>{" "}
      {snippet.map((part, at) => (part.hit ? <mark key={at}>{part.text}</mark> : <span key={at}>{part.text}</span>))}
    </span>
  );
}
