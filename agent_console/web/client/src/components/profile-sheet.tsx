import type { ComponentChildren, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { getProfile } from "../api/endpoints.ts";
import type { Profile } from "../api/types.ts";
import { locale, t } from "../i18n/index.ts";
import { teamName } from "../store/team-names.ts";
import { dialog } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { Button } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";
import { Settings } from "./icons.ts";

/** What the YAML says of the agent, to be read; what they may change themselves is in the settings. */
export function ProfileSheet(): VNode {
  const [profile, setProfile] = useState<Profile | null>(null);
  useEffect(() => {
    getProfile().then(setProfile).catch(complain);
  }, []);
  return (
    <DialogBox title={t("profile.title")} class="narrow profile">
      <p class="meta">{t("profile.yaml")}</p>
      {profile && <Facts of={profile} />}
      <Button icon={Settings} onClick={() => (dialog.value = { kind: "settings" })}>
        {t("profile.own")}
      </Button>
    </DialogBox>
  );
}

function Facts({ of }: { of: Profile }): VNode {
  const { id, name, role, email, teams, languages, limit, hours, slack, telegram } = of;
  const fact = (key: "name" | "role" | "email" | "languages" | "limit" | "hours" | "slack" | "telegram", value: ComponentChildren): VNode => (
    <Fact name={t(`profile.${key}`)} where={of.where?.[key]} data={key}>
      {value ?? <span class="meta">{t("profile.none")}</span>}
    </Fact>
  );
  return (
    <dl class="facts">
      {fact("name", <span dir="auto">{name}</span>)}
      <Fact name={t("profile.id")} data="id">
        {id}
      </Fact>
      {fact("role", t(`profile.role.${role}`))}
      {fact("email", email)}
      <Fact name={t("profile.teams")} data="teams">
        {teams.length > 0 ? teams.map(teamName).join(", ") : <span class="meta">{t("profile.none")}</span>}
      </Fact>
      {fact("languages", languages.length > 0 ? languages.map(languageName).join(", ") : t("profile.anyLanguage"))}
      {fact("limit", limit ?? t("profile.byRules"))}
      {fact("hours", hours)}
      {fact("slack", slack.length > 0 ? slack.join(", ") : null)}
      {fact("telegram", telegram.length > 0 ? telegram.join(", ") : null)}
    </dl>
  );
}

function Fact({ name, where, data, children }: { name: string; where?: string | undefined; data: string; children: ComponentChildren }): VNode {
  return (
    <>
      <dt>{name}</dt>
      <dd data-profile={data}>
        {children}
        {where !== undefined && (
          <small class="where">
            <code>{where}</code>
          </small>
        )}
      </dd>
    </>
  );
}

function languageName(code: string): string {
  return new Intl.DisplayNames([locale.value], { type: "language", fallback: "code" }).of(code) ?? code;
}
