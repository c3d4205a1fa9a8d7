import type { WidgetConfig } from "../shared/protocol.ts";
import CSS from "./view.css?inline";

export type View = ReturnType<typeof makeView>;

const SVG = "http://www.w3.org/2000/svg";
/** lucide's "message-circle" and "x", as one outline each. */
const BUBBLE =
  "M2.992 16.342a2 2 0 0 1 .094 1.167l-1.065 3.29a1 1 0 0 0 1.236 1.168l3.413-.998a2 2 0 0 1 1.099.092 10 10 0 1 0-4.777-4.719";
const CROSS = "M18 6 6 18M6 6l12 12";

/** The launcher and the (still empty) panel, in a shadow root where the page's styles cannot reach. */
export function makeView() {
  const [host, root, panel, launcher, badge] = ["div", "div", "div", "button", "b"].map((tag) =>
    document.createElement(tag),
  ) as [HTMLElement, HTMLElement, HTMLElement, HTMLElement, HTMLElement];
  const [icon, path] = ["svg", "path"].map((tag) => document.createElementNS(SVG, tag)) as Element[] as [
    Element,
    Element,
  ];
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(root);
  root.append(panel, launcher);
  launcher.append(icon, badge);
  icon.append(path);
  icon.setAttribute("viewBox", "0 0 24 24");
  panel.inert = true;
  host.id = "deskbridge";

  return {
    host,
    root,
    launcher,
    panel,
    draw({ name, theme: { color, position, mode } }: WidgetConfig, unread: number): void {
      const open = !panel.inert;
      const count = unread > 99 ? "99+" : unread || "";
      root.className = position;
      root.style.colorScheme = mode === "auto" ? "light dark" : mode;
      root.style.setProperty("--a", color);
      path.setAttribute("d", open ? CROSS : BUBBLE);
      badge.textContent = `${count}`;
      launcher.ariaLabel = count ? `${name} (${count})` : name;
      launcher.ariaExpanded = `${open}`;
    },
  };
}
