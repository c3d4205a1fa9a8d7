import type { VNode } from "preact";
import { Icon, type IconShape } from "@deskbridge/ui";
import { t, type Key } from "../i18n/index.ts";
import { COMMANDS } from "../keys/commands.ts";
import type { FolderId } from "../api/types.ts";
import { chats, openChat, unreadChats } from "../store/chats.ts";
import { folders } from "../store/desk.ts";
import { folder, show, shownFolders } from "../store/list.ts";
import { presenceWord } from "../store/presence.ts";
import { agentOf, hasPresence, me, myPresence, prefs } from "../store/session.ts";
import { complain } from "../store/verbs.ts";
import { maySee } from "../store/pages.ts";
import { go, PAGES, route, type Page } from "../store/route.ts";
import { dialog, room } from "../store/ui.ts";
import { showView, views, viewShown } from "../store/views.ts";
import { ChannelsButton } from "./channel-trouble.tsx";
import { IconButton } from "./button.tsx";
import { Counters } from "./counters.tsx";
import { Bookmark, Bridge, ChartColumn, CircleCheck, CircleUser, Ellipsis, EllipsisVertical, Gauge, Inbox, Keyboard, List, LogOut, MessagesSquare, PanelLeftClose, PanelLeftOpen, ScrollText, Search, Settings, Trash2 } from "./icons.ts";
import { MenuButton, type MenuEntry } from "./menu.tsx";
import { Face } from "./avatar.tsx";
import { PresenceMark, presenceMenu } from "./presence.tsx";
import { RailChannels } from "./rail-channels.tsx";
import { TeamRows } from "./team-rows.tsx";
import { Views } from "./views.tsx";

const icons: Record<FolderId, IconShape> = { new: Inbox, mine: CircleUser, all: List, closed: CircleCheck, deleted: Trash2 };
const names: Record<FolderId, Key> = { new: "folder.new", mine: "folder.mine", all: "folder.all", closed: "folder.closed", deleted: "folder.deleted" };

export function Rail(): VNode {
  return (
    <nav class="rail" aria-label={t("rail.label")}>
      <div class="brand">
        <Icon of={Bridge} size={24} />
        <span class="rail-text">Deskbridge</span>
      </div>
      <ul class="folders">
        {shownFolders.value.filter((id) => room.value !== "small" || !OVER.has(id)).map((id) => (
          <Folder key={id} id={id} />
        ))}
        <Colleagues />
        {room.value === "small" && <MoreFolders />}
      </ul>
      <TeamRows />
      <RailChannels />
      <Views />
      <div class="rail-foot">
        <ChannelsButton />
        <RailSwitch />
        <Me />
      </div>
    </nav>
  );
}

/** Those that a telephone has no room for. */
const OVER: ReadonlySet<FolderId> = new Set(["closed", "deleted"]);

const isOpen = (id: FolderId): boolean => folder.value === id && viewShown.value === null && !route.value.page;
const open = (id: FolderId): void => void show(id).catch(complain);

function MoreFolders(): VNode {
  const over = shownFolders.value.filter((id) => OVER.has(id));
  const on = over.some(isOpen);
  const unread = over.reduce((sum, id) => sum + (folders.value?.[id]?.unread ?? 0), 0);
  const total = over.reduce((sum, id) => sum + (folders.value?.[id]?.total ?? 0), 0);
  const items = (): MenuEntry[] => [...viewItems(), ...over.map((id) => ({ id, label: t(names[id]), icon: icons[id], checked: isOpen(id), run: () => open(id) }))];
  return (
    <li>
      <MenuButton class={`nav ${on ? "on" : ""}`} label={t("action.more")} items={items} name="folders" current={on}>
        <Icon of={Ellipsis} size={18} />
        <span class="rail-text">{t("action.more")}</span>
        <Counters count={{ unread, total }} />
      </MenuButton>
    </li>
  );
}

function Folder({ id }: { id: FolderId }): VNode {
  const count = folders.value?.[id];
  const on = isOpen(id);
  return (
    <li>
      <button
        type="button"
        class={`nav ${on ? "on" : ""}`}
        aria-current={on ? "true" : undefined}
        data-folder={id}
        data-tip={t(names[id])}
        data-tip-side="right"
        onClick={() => open(id)}
      >
        <Icon of={icons[id]} size={18} />
        <span class="rail-text">{t(names[id])}</span>
        {count && <Counters count={count} />}
      </button>
    </li>
  );
}

function Colleagues(): VNode {
  const on = route.value.page === "colleagues";
  const total = chats.value.length;
  return (
    <li>
      <button type="button" class={`nav ${on ? "on" : ""}`} aria-current={on ? "true" : undefined} data-colleagues data-tip={t("page.colleagues")} data-tip-side="right" onClick={() => openChat(null)}>
        <Icon of={MessagesSquare} size={18} />
        <span class="rail-text">{t("page.colleagues")}</span>
        {total > 0 && <Counters count={{ unread: unreadChats.value, total }} />}
      </button>
    </li>
  );
}

function RailSwitch(): VNode {
  const kept = prefs.value.keep_rail;
  return (
    <IconButton
      class="rail-switch"
      icon={kept ? PanelLeftClose : PanelLeftOpen}
      label={t(kept ? "rail.fold" : "rail.keep")}
      side="right"
      aria-pressed={kept}
      onClick={COMMANDS.rail.run}
    />
  );
}

function Me(): VNode {
  const { id, name } = me.value;
  return (
    <div class="me">
      {hasPresence.value && <PresenceMark presence={myPresence.value} />}
      <span class="me-initials" aria-hidden="true">
        <Face name={name} url={agentOf(id)?.avatar_url} />
      </span>
      <span class="me-name rail-text">
        {name}
        {hasPresence.value && <small>{presenceWord(myPresence.value)}</small>}
      </span>
      <MenuButton label={t("rail.menu", { name })} items={meMenu} align="start">
        <Icon of={EllipsisVertical} size={18} />
      </MenuButton>
    </div>
  );
}

/** Where the rail has no room for the kept lists. */
function viewItems(): MenuEntry[] {
  if (views.peek().length === 0) return [];
  const items = views.peek().map((view) => ({ id: `view-${view.id}`, label: view.name, icon: Bookmark, run: () => void showView(view).catch(complain) }));
  return [...items, "line"];
}

const pageIcons: Record<Page, IconShape> = { colleagues: MessagesSquare, reports: ChartColumn, audit: ScrollText, desk: Gauge };

function pageMenu(): MenuEntry[] {
  const pages = PAGES.filter((page) => page !== "colleagues" && maySee(page)).map((page): MenuEntry => ({ id: page, label: t(`page.${page}`), icon: pageIcons[page], run: () => go({ conversation: null, page }) }));
  return pages.length > 0 ? [...pages, "line"] : [];
}

function meMenu(): MenuEntry[] {
  return [
    ...(hasPresence.value ? [...presenceMenu(), "line" as const] : []),
    ...pageMenu(),
    { id: "profile", label: t("profile.title"), icon: CircleUser, run: () => (dialog.value = { kind: "profile" }) },
    { id: "settings", label: t("settings.title"), icon: Settings, run: COMMANDS.settings.run },
    { id: "palette", label: t("key.palette"), icon: Search, keys: "Ctrl K", run: COMMANDS.palette.run },
    { id: "shortcuts", label: t("key.shortcuts"), icon: Keyboard, keys: "?", run: COMMANDS.shortcuts.run },
    "line",
    { id: "out", label: t("session.signOut"), icon: LogOut, run: COMMANDS["sign.out"].run },
  ];
}
