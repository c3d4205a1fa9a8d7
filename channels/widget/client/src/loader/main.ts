import type { TabStored } from "../shared/port.ts";
import { makeBox } from "./store.ts";
import { takeToken } from "./visit.ts";
import { makeWidget, type Emit, type WithConfig } from "./widget.ts";

type Call = Iterable<unknown>;
type Api = { (...args: unknown[]): void; q?: Call[] };
declare global {
  interface Window {
    Deskbridge?: Api | undefined;
  }
}

const script = (document.currentScript ?? document.querySelector("script[data-key]")) as HTMLScriptElement;
const { key = "", locale = "auto", open } = script.dataset;
const address = `${new URL(script.src).origin}/widget/${key}`;
const name = `deskbridge:${key}`;
const session = makeBox<TabStored>("sessionStorage", name);
const waiting: Call[] = [];
let pause = 2000;
let commands: Record<string, (argument: never) => void> | undefined;

const emit: Emit = (event, detail) => {
  document.dispatchEvent(new CustomEvent(`deskbridge:${event}`, { detail, bubbles: true }));
};

/** A listener is taken at once, so that nobody misses "ready" or "error"; every other call waits for the widget. */
const api: Api = (...args) => {
  const [command, argument, listener] = args as [string, string, (detail?: unknown) => void];
  if (command !== "on") {
    if (commands) commands[command]?.(argument as never);
    else waiting.push(args);
  } else if (argument === "ready" && commands) listener();
  else document.addEventListener(`deskbridge:${argument}`, (event) => listener((event as CustomEvent).detail));
};
const replay = (calls: Call[]): void => calls.forEach((args) => api(...args));

/** Asks until the server answers, less and less often; "auto" stands for the browser's languages, the dearest first. */
const withConfig: WithConfig = (wish, use) => {
  fetch(`${address}/api/config?locale=${wish === "auto" ? navigator.languages : wish}`)
    .then((response) => (response.ok ? response.json() : Promise.reject(response)))
    .then(use)
    .catch((cause: unknown) => {
      console.warn("Deskbridge", cause);
      emit("error", { code: "config" });
      setTimeout(() => withConfig(wish, use), (pause *= 2));
    });
};

// At once: whoever reads the address later, a statistic say, finds no token in it.
takeToken(session);
const early = window.Deskbridge?.q ?? [];
window.Deskbridge = api;
replay(early);
withConfig(locale, (config) => {
  commands = makeWidget(address, makeBox("localStorage", name), session, config, open !== undefined, emit, withConfig);
  replay(waiting);
  emit("ready");
});
