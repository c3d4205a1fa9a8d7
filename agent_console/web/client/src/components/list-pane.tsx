import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { Icon } from "@deskbridge/ui";
import { t, type Key } from "../i18n/index.ts";
import { folder } from "../store/list.ts";
import { selecting } from "../store/selection.ts";
import { find, found, searchText, stopSearch } from "../store/search.ts";
import { ConversationList } from "./conversation-list.tsx";
import { FilterBar, FilterButton } from "./filter-bar.tsx";
import { useFocusRequest } from "./hooks.ts";
import { Search, X } from "./icons.ts";
import { ListParts } from "./list-parts.tsx";
import { IconButton } from "./button.tsx";
import { PresenceButton } from "./presence.tsx";
import { SelectionBar } from "./selection-bar.tsx";
import { SearchResults } from "./search-results.tsx";

const folderNames = { new: "folder.new", mine: "folder.mine", all: "folder.all", closed: "folder.closed", deleted: "folder.deleted" } as const;

/** The second column: search, sort, filter, and the rows or the hits. */
export function ListPane(): VNode {
  return (
    <section class="list" aria-label={t("list.label", { folder: t(folderNames[folder.value]) })}>
      {selecting.value ? (
        <SelectionBar />
      ) : (
        <div class="bar list-bar">
          <PresenceButton />
          <SearchField />
          <FilterButton />
        </div>
      )}
      {!found.value && <ListParts />}
      <FilterBar />
      {found.value ? <SearchResults /> : <ConversationList />}
    </section>
  );
}

export function sortName(id: string): string {
  const known: Record<string, Key> = {
    processing: "sort.processing",
    activity: "sort.activity",
    oldest: "sort.oldest",
    newest: "sort.newest",
  };
  const key = known[id];
  return key ? t(key) : id;
}

function SearchField(): VNode {
  const input = useRef<HTMLInputElement>(null);
  useFocusRequest("search", () => input.current?.select());
  const clear = (): void => {
    stopSearch();
    input.current?.focus();
  };
  return (
    <form
      class="search"
      role="search"
      data-search
      onSubmit={(event) => {
        event.preventDefault();
        void find(searchText.value);
      }}
    >
      <Icon of={Search} size={16} />
      <input
        ref={input}
        type="search"
        value={searchText.value}
        placeholder={t("search.placeholder")}
        aria-label={t("search.label")}
        enterkeyhint="search"
        autocomplete="off"
        onInput={(event) => {
          searchText.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape" && searchText.value !== "") {
            event.stopPropagation();
            clear();
          }
        }}
      />
      {searchText.value !== "" && <IconButton icon={X} label={t("search.clear")} size={16} tip={false} onClick={clear} />}
    </form>
  );
}
