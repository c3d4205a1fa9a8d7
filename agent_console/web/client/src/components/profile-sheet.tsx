import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { deletePhoto, getProfile, putPhoto } from "../api/endpoints.ts";
import type { Profile } from "../api/types.ts";
import { locale, t } from "../i18n/index.ts";
import { teamName } from "../store/team-names.ts";
import { agentOf } from "../store/session.ts";
import { dialog } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { Face } from "./avatar.tsx";
import { Button } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";
import { OwnSecondFactor } from "./second-factor.tsx";
import { OwnSessions } from "./session-list.tsx";
import { ImagePlus, Settings, Trash2 } from "./icons.ts";

/** What the YAML says of the agent, to be read, and their picture; the rest they may change is in the settings. */
export function ProfileSheet(): VNode {
  const [profile, setProfile] = useState<Profile | null>(null);
  useEffect(() => {
    getProfile().then(setProfile).catch(complain);
  }, []);
  return (
    <DialogBox title={t("profile.title")} class="narrow profile">
      {profile && <Portrait of={profile} />}
      {profile && <Facts of={profile} />}
      <p class="meta">{t("profile.yaml")}</p>
      <OwnSecondFactor />
      <OwnSessions />
      <Button icon={Settings} onClick={() => (dialog.value = { kind: "settings" })}>
        {t("profile.own")}
      </Button>
    </DialogBox>
  );
}

/** One's picture as others see it. What was chosen or taken away is shown once the server says so, here as everywhere. */
function Portrait({ of }: { of: Profile }): VNode {
  const [busy, setBusy] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const url = agentOf(of.id)?.avatar_url;
  const change = (call: Promise<unknown>): void => {
    setBusy(true);
    void call.catch(complain).finally(() => setBusy(false));
  };
  return (
    <div class="portrait" data-profile="photo" aria-busy={busy}>
      <span class="avatar xl shade-0">
        <Face name={of.name} url={url} />
      </span>
      {of.may_edit ? (
        <div class="portrait-buttons">
          <input
            ref={picker}
            type="file"
            accept="image/png,image/jpeg,image/webp,image/gif"
            hidden
            aria-label={t("profile.photo")}
            onChange={({ currentTarget: field }) => {
              const file = field.files?.[0];
              if (file) change(putPhoto(file));
              field.value = "";
            }}
          />
          <Button icon={ImagePlus} disabled={busy} onClick={() => picker.current?.click()}>
            {t(url === undefined ? "profile.addPhoto" : "profile.otherPhoto")}
          </Button>
          {url !== undefined && (
            <Button icon={Trash2} tone="quiet" disabled={busy} onClick={() => change(deletePhoto())}>
              {t("profile.noPhoto")}
            </Button>
          )}
          <p class="meta">{t("profile.photoSeen")}</p>
        </div>
      ) : (
        <p class="meta">{t("profile.photoFixed")}</p>
      )}
    </div>
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
