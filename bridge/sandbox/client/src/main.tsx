import "@deskbridge/ui/tokens.css";
import "./styles/page.css";
import "./styles/phone.css";
import "./styles/thread.css";
import { render } from "preact";
import { App } from "./components/app.tsx";
import { follow } from "./store/live.ts";

render(<App />, document.getElementById("app")!);
follow();
