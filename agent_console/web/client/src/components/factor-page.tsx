import type { VNode } from "preact";
import { t } from "../i18n/index.ts";
import { p } from "../i18n/pages/index.ts";
import { resume, signOutNow } from "../store/boot.ts";
import { factorDue } from "../store/session.ts";
import { Button } from "./button.tsx";
import { SecondFactorSetup } from "./second-factor-setup.tsx";
import { Door } from "./sign-in.tsx";

/** Whoever has signed in without the second factor that the desk demands sets one up first. */
export function FactorPage(): VNode {
  return (
    <Door title={p("factor.due", { name: factorDue.value })}>
      <p class="meta">{p("factor.dueWhy")}</p>
      <SecondFactorSetup done={() => void resume()} />
      <Button tone="quiet" onClick={() => void signOutNow()}>
        {t("session.signOut")}
      </Button>
    </Door>
  );
}
