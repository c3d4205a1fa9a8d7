import type { LiveState } from "@deskbridge/ui";
import type { HostState, Kept } from "../../shared/port.ts";
import type { Block, Visitor, WidgetConfig } from "../../shared/protocol.ts";
import type { Words } from "../words.ts";
import { NOTHING, type Data } from "./data.ts";

export type View = { at: "list" } | { at: "thread"; thread: string };

/** Everything the app draws. */
export type State = {
  config: WidgetConfig;
  words: Words;
  visitor: Visitor;
  data: Data;
  kept: Kept;
  view: View;
  /** "starting" until the first session; "refused" when the server will not have this widget at all. */
  phase: "starting" | "ready" | "refused";
  line: LiveState;
  /** Nothing that the visitor writes is taken. */
  block: Block | null;
  /** A link has brought the visitor that is no longer good. */
  spent: boolean;
  /** Who is typing where, until when (the browser's clock). */
  typing: { thread: string; name: string; until: number } | null;
  open: boolean;
  expanded: boolean;
  /** Grows each time a person opens the panel: the input takes the focus. */
  opened: number;
};

export function firstState(host: HostState, words: Words, view: View): State {
  return {
    config: host.config,
    words,
    visitor: { verified: false },
    data: NOTHING,
    kept: host.stored.kept ?? {},
    view,
    phase: "starting",
    line: "connecting",
    block: null,
    spent: false,
    typing: null,
    open: host.open,
    expanded: isExpanded(host.stored.size),
    opened: host.focus ? 1 : 0,
  };
}

/** The size of the larger panel; the loader cuts the height to the window's. */
export const EXPANDED = [750, 9999];
export const NORMAL = [400, 700];

export function isExpanded(size: number[] | undefined): boolean {
  return size?.[1] === EXPANDED[1];
}
