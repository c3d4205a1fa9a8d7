import type { WidgetConfig } from "../shared/protocol.ts";
import CSS from "./view.css?inline";

export type View = ReturnType<typeof makeView>;

const SVG = "http://www.w3.org/2000/svg";
/** lucide's "message-circle", as it was drawn first and in fewer bytes, and "x", as one outline each. */
const BUBBLE = "M7.9 20A9 9 0 1 0 4 16.1L2 22Z";
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
