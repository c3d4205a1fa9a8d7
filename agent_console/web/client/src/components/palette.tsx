import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "@deskbridge/ui";
import { locale, t } from "../i18n/index.ts";
import { closeDialog } from "../store/ui.ts";
import { loadPalette, paletteEntries, rank, type PaletteEntry } from "../store/palette.ts";
import { Avatar } from "./avatar.tsx";
import { DialogBox } from "./dialog.tsx";
import { ChevronRight, Search } from "./icons.ts";
import { Keys } from "./shortcut-sheet.tsx";

/** Every command by name, in any of the four languages, and the conversations on the list. */
export function Palette(): VNode {
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const [entries, setEntries] = useState<readonly PaletteEntry[] | null>(null);
  // Whoever knows what they want presses Enter before the words of all languages are there.
  const entered = useRef(false);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    // Without the other languages' words the commands are found by those that are shown.
    void loadPalette()
      .catch(() => [])
      .then((dictionaries) => setEntries(paletteEntries(dictionaries)));
  }, [locale.value]);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [active, query]);
  const found = rank(entries ?? [], query);
  const at = Math.min(active, found.length - 1);
  const run = (entry: PaletteEntry | undefined): void => {
    if (!entry) return;
    closeDialog();
    requestAnimationFrame(entry.run);
  };
  useEffect(() => {
    if (entries && entered.current) run(found[0]);
    entered.current = false;
  }, [entries]);
  const onKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (!entries && event.key === "Enter") entered.current = true;
    if (found.length === 0) return;
    if (event.key === "ArrowDown") setActive((at + 1) % found.length);
    else if (event.key === "ArrowUp") setActive((at - 1 + found.length) % found.length);
    else if (event.key === "Enter") run(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <DialogBox title={t("key.palette")} class="palette" bare>
      <div class="palette-field">
        <Icon of={Search} size={18} />
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-label={t("palette.label")}
          aria-activedescendant={found.length > 0 ? `palette-${at}` : undefined}
          placeholder={t("palette.placeholder")}
          value={query}
          autoFocus
          autocomplete="off"
          onInput={(event) => {
            entered.current = false;
            setQuery(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKey}
        />
      </div>
      <ul ref={list} id="palette-list" role="listbox" aria-label={t("key.palette")}>
        {found.map((entry, index) => (
          <li key={entry.id} id={`palette-${index}`} role="option" aria-selected={index === at} data-command={entry.id} onPointerMove={() => setActive(index)} onClick={() => run(entry)}>
            {entry.contact ? <Avatar id={entry.contact.id} name={entry.title} size="s" /> : <Icon of={ChevronRight} size={16} />}
            <span dir="auto">{entry.title}</span>
            {entry.chord && <Keys chord={entry.chord} />}
          </li>
        ))}
      </ul>
      {entries && found.length === 0 && <p class="meta palette-none">{t("palette.none")}</p>}
    </DialogBox>
  );
}
