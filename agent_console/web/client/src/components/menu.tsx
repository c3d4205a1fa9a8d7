import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconShape } from "@deskbridge/ui";
import { useLeave } from "./hooks.ts";
import { Check } from "./icons.ts";

export type MenuItem = {
  id: string;
  label: string;
  icon?: IconShape;
  keys?: string;
  /** Given for a choice: whether it is the present one. */
  checked?: boolean;
  disabled?: string | false;
  tone?: "danger";
  run: () => void;
};

/** Items, or a line between groups of them. */
export type MenuEntry = MenuItem | "line";

export function isItem(entry: MenuEntry): entry is MenuItem {
  return entry !== "line";
}

type Anchor = { x: number; y: number };

/** A menu at a point of the window. Arrow keys move, letters jump, Escape and Tab leave. */
export function MenuList({ label, items, at, onClose }: { label: string; items: readonly MenuEntry[]; at: Anchor; onClose: () => void }): VNode {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = list.current!;
    place(element, at);
    const buttons = enabled(element);
    (buttons.find((button) => button.getAttribute("aria-checked") === "true") ?? buttons[0])?.focus();
  }, [at.x, at.y]);
  useLeave(list, true, onClose);
  return (
    <div ref={list} class="menu" role="menu" aria-label={label} popover="manual" onKeyDown={(event) => onMenuKey(event, list.current!, onClose)}>
      {items.map((entry, index) => (isItem(entry) ? <Item key={entry.id} item={entry} onClose={onClose} /> : <hr key={`line-${index}`} />))}
    </div>
  );
}

function Item({ item, onClose }: { item: MenuItem; onClose: () => void }): VNode {
  const choice = item.checked !== undefined;
  const run = (): void => {
    if (item.disabled) return;
    onClose();
    item.run();
  };
  return (
    <button
      type="button"
      class={`menu-item ${item.tone ?? ""}`}
      role={choice ? "menuitemradio" : "menuitem"}
      aria-checked={choice ? item.checked : undefined}
      aria-disabled={item.disabled ? true : undefined}
      tabIndex={-1}
      data-entry={item.id}
      onClick={run}
    >
      <span class="menu-icon">{choice ? item.checked && <Icon of={Check} size={16} /> : item.icon && <Icon of={item.icon} size={16} />}</span>
      <span class="menu-label">
        {item.label}
        {item.disabled && <small>{item.disabled}</small>}
      </span>
      {item.keys && <kbd>{item.keys}</kbd>}
    </button>
  );
}

function enabled(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
}

function onMenuKey(event: KeyboardEvent, list: HTMLElement, onClose: () => void): void {
  const buttons = enabled(list);
  const here = buttons.indexOf(document.activeElement as HTMLElement);
  const to = target(event, buttons, here);
  event.stopPropagation();
  if (event.key === "Escape" || event.key === "Tab") onClose();
  else if (to === null) return;
  else buttons[to]?.focus();
  event.preventDefault();
}

function target(event: KeyboardEvent, buttons: HTMLElement[], here: number): number | null {
  const count = buttons.length;
  if (event.key === "ArrowDown") return (here + 1) % count;
  if (event.key === "ArrowUp") return (here - 1 + count) % count;
  if (event.key === "Home") return 0;
  if (event.key === "End") return count - 1;
  if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.key === " ") return null;
  const starts = (at: number): boolean => buttons[at % count]!.textContent!.trim().toLowerCase().startsWith(event.key.toLowerCase());
  const found = buttons.findIndex((_, step) => starts(here + 1 + step));
  return found < 0 ? here : (here + 1 + found) % count;
}

/** Puts it on the top layer, inside the window whatever the point. */
function place(element: HTMLElement, { x, y }: Anchor): void {
  element.showPopover();
  const { width, height } = element.getBoundingClientRect();
  element.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  element.style.top = `${Math.max(8, y + height + 8 > innerHeight ? Math.max(8, y - height) : y)}px`;
}

type MenuButtonProps = {
  label: string;
  items: () => readonly MenuEntry[];
  children: ComponentChildren;
  class?: string;
  tip?: boolean;
  /** What it is called in the page, and whether it holds where one is. */
  name?: string;
  current?: boolean;
  /** Opens the menu each time this number changes. */
  openSignal?: number;
  align?: "start" | "end";
};

/** A button that opens a menu below itself and gets the focus back. */
export function MenuButton({ label, items, children, class: extra, tip, name, current, openSignal, align = "end" }: MenuButtonProps): VNode {
  const button = useRef<HTMLButtonElement>(null);
  const [at, setAt] = useState<Anchor | null>(null);
  const opened = useRef(openSignal);
  const open = (): void => {
    const box = button.current!.getBoundingClientRect();
    setAt({ x: align === "end" ? box.right - 220 : box.left, y: box.bottom + 4 });
  };
  useEffect(() => {
    if (openSignal !== opened.current) open();
    opened.current = openSignal;
  }, [openSignal]);
  const close = (): void => {
    setAt(null);
    button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class={extra ?? "icon-btn"}
        aria-haspopup="menu"
        aria-expanded={at !== null}
        aria-current={current ? "true" : undefined}
        data-menu={name}
        aria-label={label}
        data-tip={tip && at === null ? label : undefined}
        onClick={(event) => {
          event.stopPropagation();
          if (at) close();
          else open();
        }}
      >
        {children}
      </button>
      {at && <MenuList label={label} items={items()} at={at} onClose={close} />}
    </>
  );
}
