import type { HostState, Stored, TabStored, ToLoader, Who } from "../shared/port.ts";
import type { WidgetConfig } from "../shared/protocol.ts";
import { makeFrame } from "./frame.ts";
import { manageSize } from "./size.ts";
import type { Box } from "./store.ts";
import { here, notePage, takeToken, watchPages } from "./visit.ts";
import { makeView } from "./view.ts";

type Attributes = Record<string, string>;
export type Emit = (name: string, detail?: unknown) => void;
export type WithConfig = (locale: string, use: (config: WidgetConfig) => void) => void;

/** The widget on one page: joins the view, the frame, what is remembered, and the site's events. */
export function makeWidget(
  address: string,
  local: Box<Stored>,
  session: Box<TabStored>,
  config: WidgetConfig,
  openAtFirst: boolean,
  emit: Emit,
  withConfig: WithConfig,
) {
  const { host, root, panel, launcher, draw } = makeView();
  const resize = manageSize(panel, local);
  const tab = `${Math.random()}`;
  let frame: ReturnType<typeof makeFrame> | undefined;
  let unread = 0;
  let focus = false;
  let who: Who = {};
  let attributes: Attributes = {};

  const state = (): HostState => ({
    config,
    who,
    attributes,
    stored: local.read(),
    page: here(),
    tab,
    back: session.read().back,
    open: !panel.inert,
    focus,
  });
  /** Brings everything up to date after any change: what is drawn, the panel's size, what the frame knows. */
  const changed = (): void => {
    draw(config, unread);
    resize();
    frame?.tell();
  };

  const hear = (message: ToLoader): void => {
    const { type } = message;
    if (type === "save") {
      local.save(message.data);
      session.save(message.tab ?? {});
      resize();
    } else if (type === "close") show(false);
    else {
      if (type === "unread") draw(config, (unread = message.count));
      emit(type, message);
    }
  };

  const load = (): void => {
    if (frame) return;
    frame = makeFrame(address, state, hear);
    frame.element.title = config.name;
    panel.append(frame.element);
  };
  const loadWhenIdle = (): void => void (window.requestIdleCallback ?? setTimeout)(load);
  const unload = (): void => {
    frame?.element.remove();
    frame = undefined;
  };

  /** Focus follows a person's own action only: a panel restored after a reload must not take it. */
  const show = (open: boolean, byPerson = true): void => {
    if (open !== panel.inert) return;
    load();
    panel.inert = !open;
    focus = open && byPerson;
    session.save({ open });
    changed();
    if (byPerson) (open ? frame!.element : launcher).focus();
    emit(open ? "open" : "close");
  };

  const seen = (): void => {
    takeToken(session);
    if (session.read().back) show(true, false);
    notePage(local);
    changed();
  };

  const toggle = (): void => show(panel.inert);
  launcher.onclick = toggle;
  launcher.onpointerenter = launcher.onfocus = load;
  root.onkeydown = (event) => {
    if (event.key === "Escape") show(false);
  };
  addEventListener("storage", changed);
  watchPages(seen);
  (document.body ?? document.documentElement).append(host);
  seen();
  // Whom a link has brought sees the panel. Who has something to come back to gets the frame at once; everybody else the launcher only.
  if (session.read().open ?? openAtFirst) show(true, false);
  else if (local.read().token) loadWhenIdle();

  return {
    open: () => show(true),
    close: () => show(false),
    toggle,
    show: () => (host.style.display = ""),
    hide: () => (host.style.display = "none"),
    identify(fields: Who): void {
      who = { ...who, ...fields };
      if (who.token) loadWhenIdle();
      changed();
    },
    set(values: Attributes): void {
      attributes = { ...attributes, ...values };
      changed();
    },
    locale: (wish: string): void =>
      withConfig(wish, (next) => {
        config = next;
        changed();
      }),
    /** Forgets this visitor: the next person at this computer starts with nothing. */
    shutdown(): void {
      show(false, false);
      unload();
      local.clear();
      session.clear();
      unread = 0;
      who = attributes = {};
      seen();
    },
    destroy(): void {
      host.remove();
      unload();
      resize();
      delete window.Deskbridge;
    },
  };
}
