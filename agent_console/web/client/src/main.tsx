import "@deskbridge/ui/tokens.css";
import "@deskbridge/ui/rich.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/layout.css";
import "./styles/list.css";
import "./styles/thread.css";
import "./styles/composer.css";
import "./styles/panel.css";
import "./styles/dialogs.css";
import { render } from "preact";
import { App } from "./components/app.tsx";
import { boot } from "./store/boot.ts";
import { sayWhatIsMissing } from "./store/missing.ts";

sayWhatIsMissing();
render(<App />, document.getElementById("app")!);
void boot();
