import type { HostState } from "../shared/port.ts";
import type { Collect, Visit } from "../shared/protocol.ts";

/** What may be told of the visit; what the settings switch off never leaves the browser. */
export function visitOf({ config, stored, page, tab, attributes }: HostState): Visit {
  const { visit } = stored;
  return {
    tab,
    language: navigator.language,
    ...(visit && { started_at: visit.started_at }),
    ...(Object.keys(attributes).length > 0 && { attributes: texts(attributes) }),
    ...pages(config.collect, page, visit),
    ...(config.collect.utm && campaign(page.url, visit?.url)),
    ...(config.collect.screen && { screen: `${screen.width}x${screen.height}` }),
  };
}

function pages(collect: Collect, page: HostState["page"], visit: HostState["stored"]["visit"]): Partial<Visit> {
  if (!collect.page) return {};
  const first = visit && { first_url: visit.url, first_title: visit.title, referrer: visit.referrer };
  return { url: page.url, title: page.title, ...first };
}

/** The site may hand us numbers and such; the server takes texts. */
function texts(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

/** The campaign of the page we are on, else of the page the visit began with. */
function campaign(url: string, first: string | undefined): { utm?: Record<string, string> } {
  for (const address of [url, first ?? ""]) {
    const utm = utmOf(address);
    if (Object.keys(utm).length > 0) return { utm };
  }
  return {};
}

/** `?utm_source=x` becomes `{source: "x"}`. */
export function utmOf(url: string): Record<string, string> {
  const query = new URLSearchParams(url.split("#")[0]!.split("?")[1] ?? "");
  const found: Record<string, string> = {};
  query.forEach((value, name) => {
    if (name.startsWith("utm_") && value !== "") found[name.slice(4)] = value.slice(0, 200);
  });
  return found;
}
