import "@deskbridge/ui/tokens.css";
import "@deskbridge/ui/rich.css";
import "./styles/base.css";
import { orAnew } from "@deskbridge/ui";
import { render } from "preact";
import { Desk } from "./desk/desk.ts";
import { connect } from "./link.ts";
import { App } from "./ui/App.tsx";
import { loadWords } from "./words.ts";

let desk: Promise<Desk> | undefined;

/** The first word from the host page brings all we need to begin; every later one is news. */
connect(async (host, link) => {
  if (desk) return (await desk).told(host, link);
  desk = orAnew(loadWords(host.config.locale)).then(
    (words) => new Desk(host, link, words, location.pathname.replace(/\/$/, "")),
  );
  render(<App desk={await desk} />, document.getElementById("app")!);
});
