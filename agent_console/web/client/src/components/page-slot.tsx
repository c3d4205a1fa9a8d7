import type { ComponentType, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { locale, t } from "../i18n/index.ts";
import { maySee } from "../store/pages.ts";
import type { Page } from "../store/route.ts";

const load: Record<Page, () => Promise<ComponentType>> = {
  colleagues: async () => (await import("../pages/colleagues-page.tsx")).ColleaguesPage,
  reports: async () => (await import("../pages/reports-page.tsx")).ReportsPage,
  audit: async () => (await import("../pages/audit-page.tsx")).AuditPage,
  desk: async () => (await import("../pages/desk-page.tsx")).DeskPage,
};

/** A page beside the conversations. It is fetched when it is first opened, its words with it. */
export function PageSlot({ page }: { page: Page }): VNode {
  const [Found, setFound] = useState<ComponentType | null>(null);
  const allowed = maySee(page);
  useEffect(() => {
    let current = true;
    const words = import("../i18n/pages/index.ts").then((loaded) => loaded.speakPages());
    if (allowed) void Promise.all([load[page](), words]).then(([component]) => current && setFound(() => component));
    return () => {
      current = false;
    };
  }, [page, locale.value]);
  if (!allowed) {
    return (
      <main class="page">
        <p class="empty">{t("error.forbidden")}</p>
      </main>
    );
  }
  return Found ? <Found /> : <main class="page" aria-busy="true" />;
}
