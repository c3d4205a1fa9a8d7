import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Desk } from "../desk/desk.ts";
import type { State } from "../desk/state.ts";
import { useStore } from "../desk/store.ts";
import { isColour } from "../theme.ts";
import { Banner } from "./Banner.tsx";
import { SharedContext, type Shared } from "./context.ts";
import { Header } from "./Header.tsx";
import { Skeleton } from "./Skeleton.tsx";
import { ThreadList } from "./ThreadList.tsx";
import { ThreadView } from "./ThreadView.tsx";

export function App({ desk }: { desk: Desk }): VNode {
  const state = useStore(desk.core.store);
  const { t, locale } = state.words;
  const shared = useMemo<Shared>(() => ({ desk, state, t, locale }), [desk, state]);
  useDocument(state);
  useEscape(desk);
  return (
    <SharedContext.Provider value={shared}>
      <div class="app" role="dialog" aria-label={state.config.name}>
        <Header />
        <Banner />
        <Body state={state} />
      </div>
    </SharedContext.Provider>
  );
}

function Body({ state }: { state: State }): VNode {
  const { view, phase, data } = state;
  if (view.at === "list") return <ThreadList />;
  if (phase === "starting" && !data.logs[view.thread]?.loaded) return <Skeleton />;
  return <ThreadView key={view.thread} thread={view.thread} />;
}

/** Language, scheme and colour belong to the document, so that tokens, scroll bars and form fields follow them. */
function useDocument({ words, config, open }: State): void {
  const { color, mode } = config.theme;
  useEffect(() => {
    const root = document.documentElement;
    root.lang = words.locale;
    root.dataset["mode"] = mode;
    root.dataset["side"] = config.theme.position;
    root.style.setProperty("--brand", color !== null && isColour(color) ? color : "");
    document.title = config.name;
  }, [words, color, mode, config.name, open]);
}

/** Escape closes the innermost thing that is open; a dialog or picker stops it before it comes here. */
function useEscape(desk: Desk): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && !event.defaultPrevented) desk.close();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [desk]);
}
