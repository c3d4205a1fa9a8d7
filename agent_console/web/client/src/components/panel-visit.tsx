import type { VNode } from "preact";
import { duration } from "@deskbridge/ui";
import { languageName, t } from "../i18n/index.ts";
import type { Visit } from "../api/types.ts";
import { now } from "../store/clock.ts";
import type { VisitNow } from "../store/reading.ts";
import { settings } from "../store/session.ts";
import { shortUrl } from "../store/words.ts";
import { Fact, Section } from "./panel-section.tsx";
import type { BlockProps } from "./panel.tsx";

/** Where the visitor is on the site and with what. Facts that the configuration does not collect are not named. */
export function VisitBlock({ detail }: BlockProps): VNode | null {
  if (!detail.visit) return null;
  const { visit } = detail.visit;
  const collects = settings.value.visit;
  const presence = (
    <span class="meta visit-state">
      <span class={`presence ${visit.online ? "on" : ""}`} aria-hidden="true" />
      {t(visit.online ? "visit.online" : "visit.offline")}
    </span>
  );
  return (
    <Section id="visit" title={t("panel.visit")} side={presence}>
      <dl class="facts">
        {collects.page && <Page name={t("visit.page")} url={visit.current_url} title={visit.current_title} />}
        {collects.page && <Page name={t("visit.firstPage")} url={visit.first_url} title={visit.first_title} />}
        {collects.page && <Fact name={t("visit.openPages")}>{visit.open_pages}</Fact>}
        <Fact name={t("visit.onSite")}>
          <TimeOnSite visit={detail.visit} />
        </Fact>
        {visit.browser && <Fact name={t("visit.browser")}>{[visit.browser, visit.os, visit.device].filter(Boolean).join(", ")}</Fact>}
        {collects.screen && visit.screen && <Fact name={t("visit.screen")}>{visit.screen.replace("x", "×")}</Fact>}
        {visit.language && <Fact name={t("visit.language")}>{languageName(visit.language.split("-")[0]!)}</Fact>}
        {collects.ip && visit.ip && <Fact name={t("visit.ip")}>{visit.ip}</Fact>}
        {collects.utm && <Utm visit={visit} />}
      </dl>
    </Section>
  );
}

/** Advances by itself while a page is open; the server said how long it was when it was asked. */
function TimeOnSite({ visit: { visit, at } }: { visit: VisitNow }): VNode {
  const since = visit.online ? Math.max(0, now.value - at) : 0;
  return <span data-seconds>{duration(visit.seconds * 1000 + since)}</span>;
}

function Page({ name, url, title }: { name: string; url: string | undefined; title: string | undefined }): VNode | null {
  if (!url) return null;
  const web = /^https?:\/\//i.test(url);
  return (
    <Fact name={name}>
      {web ? (
        <a href={url} target="_blank" rel="noopener noreferrer" title={title ? `${title}\n${url}` : url}>
          {shortUrl(url)}
        </a>
      ) : (
        shortUrl(url)
      )}
    </Fact>
  );
}

function Utm({ visit }: { visit: Visit }): VNode | null {
  const entries = Object.entries(visit.utm ?? {});
  if (entries.length === 0) return null;
  return (
    <>
      {entries.map(([name, value]) => (
        <Fact key={name} name={`UTM ${name.replace(/^utm_/, "")}`}>
          {value}
        </Fact>
      ))}
    </>
  );
}
