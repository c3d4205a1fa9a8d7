import type { VNode } from "preact";
import { Icon } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import type { View } from "../api/types.ts";
import { me } from "../store/session.ts";
import { dialog } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { dropView, mayChange, moveView, showView, updateView, viewCounts, views, viewShown } from "../store/views.ts";
import { agentLabel } from "../store/words.ts";
import { ArrowDown, ArrowUp, Bookmark, Ellipsis, ListFilter, Pencil, Trash2 } from "./icons.ts";
import { MenuButton, type MenuEntry } from "./menu.tsx";
import { Counters } from "./counters.tsx";

/** The lists that are kept under a name, below the folders. */
export function Views(): VNode | null {
  if (views.value.length === 0) return null;
  return (
    <section class="views" aria-label={t("views.title")}>
      <h2 class="rail-text">{t("views.title")}</h2>
      <ul class="folders">
        {views.value.map((view) => (
          <Entry key={view.id} view={view} />
        ))}
      </ul>
    </section>
  );
}

function Entry({ view }: { view: View }): VNode {
  const on = viewShown.value?.id === view.id;
  const count = viewCounts.value[view.id];
  const theirs = view.owner !== me.value.id;
  const tip = theirs ? t("views.by", { name: view.name, owner: agentLabel(view.owner) }) : view.name;
  return (
    <li class="view">
      <button type="button" class={`nav ${on ? "on" : ""}`} aria-current={on ? "true" : undefined} data-view={view.id} data-tip={tip} data-tip-side="right" onClick={() => void showView(view).catch(complain)}>
        <Icon of={Bookmark} size={18} />
        <span class="rail-text" dir="auto">
          {view.name}
        </span>
        {count && <Counters count={count} />}
      </button>
      {mayChange(view) && (
        <MenuButton class="icon-btn view-more rail-text" label={t("views.menu", { name: view.name })} items={() => items(view)} align="start">
          <Icon of={Ellipsis} size={16} />
        </MenuButton>
      )}
    </li>
  );
}

function items(view: View): MenuEntry[] {
  const own = views.peek().filter((one) => one.owner === me.peek().id);
  const at = own.findIndex((one) => one.id === view.id);
  const entries: (MenuEntry | false)[] = [
    { id: "rename", label: t("views.rename"), icon: Pencil, run: () => (dialog.value = { kind: "view", view }) },
    { id: "update", label: t("views.update"), icon: ListFilter, run: () => void updateView(view.id).catch(complain) },
    at > 0 && { id: "up", label: t("views.up"), icon: ArrowUp, run: () => void moveView(view.id, -1).catch(complain) },
    at >= 0 && at < own.length - 1 && { id: "down", label: t("views.down"), icon: ArrowDown, run: () => void moveView(view.id, 1).catch(complain) },
    "line",
    { id: "drop", label: t("views.drop"), icon: Trash2, tone: "danger", run: () => void dropView(view).catch(complain) },
  ];
  return entries.filter((entry) => entry !== false);
}
