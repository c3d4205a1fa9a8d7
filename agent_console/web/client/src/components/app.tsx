import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../i18n/index.ts";
import { listenToKeys } from "../keys/listen.ts";
import { openId } from "../store/reading.ts";
import { route } from "../store/route.ts";
import { phase, prefs } from "../store/session.ts";
import { panelSheet, panelShown, room } from "../store/ui.ts";
import { Banner } from "./banner.tsx";
import { ChannelBanners } from "./channel-trouble.tsx";
import { Boundary } from "./boundary.tsx";
import { ConversationPane } from "./conversation-pane.tsx";
import { Dialogs } from "./dialogs.tsx";
import { FactorSlot } from "./factor-slot.tsx";
import { LinkSlot } from "./link-slot.tsx";
import { ListPane } from "./list-pane.tsx";
import { PageSlot } from "./page-slot.tsx";
import { PanelSlot } from "./panel-slot.tsx";
import { Rail } from "./rail.tsx";
import { SignIn } from "./sign-in.tsx";
import { Toasts } from "./toasts.tsx";

export function App(): VNode {
  switch (phase.value) {
    case "starting":
      return <div class="starting" aria-busy="true" />;
    case "unreachable":
      return (
        <div class="starting" role="status">
          {t("banner.reconnecting")}
        </div>
      );
    case "signed_out":
      return <SignIn />;
    case "link":
      return <LinkSlot />;
    case "factor":
      return <FactorSlot />;
    case "in":
      return <Desk />;
  }
}

function Columns(): VNode {
  return (
    <>
      <Boundary class="list">
        <ListPane />
      </Boundary>
      <Boundary of={openId.value} class="conversation">
        <ConversationPane />
      </Boundary>
      <Boundary of={openId.value} class="panel">
        <PanelSlot />
      </Boundary>
    </>
  );
}

/** The four columns. With a conversation open, the first two fold unless the agent keeps them open (R36). */
function Desk(): VNode {
  useEffect(listenToKeys, []);
  const open = openId.value !== null;
  const { page, chat } = route.value;
  // What colleagues say has columns as the conversations have, which fold as theirs do on a phone.
  const alone = page === "colleagues" ? undefined : page;
  const folded = open && !prefs.value.keep_rail;
  const rail = room.value === "small" ? "bar" : folded || room.value === "medium" ? "icons" : "full";
  return (
    <div class="desk">
      <Banner />
      <ChannelBanners />
      <div class="app" data-page={alone} data-open={open || chat !== undefined} data-rail={rail} data-list={folded ? "narrow" : "full"} data-panel={open && panelShown.value}>
        <Rail />
        {page ? (
          <Boundary key={page} class="page">
            <PageSlot page={page} />
          </Boundary>
        ) : (
          <Columns />
        )}
        {panelSheet.value && open && <div class="sheet-back" aria-hidden="true" onClick={() => (panelSheet.value = false)} />}
      </div>
      <Toasts />
      <Dialogs />
    </div>
  );
}
