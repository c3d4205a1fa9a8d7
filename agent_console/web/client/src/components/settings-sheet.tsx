import type { VNode } from "preact";
import type { Preferences } from "../api/types.ts";
import { LOCALE_NAMES, LOCALES, t } from "../i18n/index.ts";
import { me, prefs, session, settings } from "../store/session.ts";
import { DialogBox } from "./dialog.tsx";
import { ToldOf, Ways } from "./settings-notices.tsx";
import { Choice, Group, save, Switch, type Option } from "./settings-parts.tsx";
import { TokenList } from "./token-list.tsx";

/** The agent's own preferences; each is kept on the server as soon as it is changed. */
export function SettingsSheet(): VNode {
  return (
    <DialogBox title={t("settings.title")} class="settings">
      <p class="meta">{t("settings.signedIn", { name: me.value.name })}</p>
      <Group title={t("settings.look")}>
        <Own name="theme" label={t("settings.theme")} options={themes()} />
        <Own name="density" label={t("settings.density")} options={densities()} />
        <Own name="locale" label={t("settings.language")} options={languages()} />
        <Switch name="keep_rail" label="settings.keepRail" hint="settings.keepRail.hint" />
        <Switch name="rail_channels" label="settings.railChannels" />
        <Switch name="hide_clients" label="settings.hideClients" hint="settings.hideClients.hint" />
      </Group>
      <ToldOf />
      <Ways />
      {settings.value.may_see_others && (
        <Group title={t("settings.sight")}>
          <Switch name="other_teams" label="settings.otherTeams" hint="settings.otherTeams.hint" />
        </Group>
      )}
      <Group title={t("settings.writing")}>
        <Switch name="enter_sends" label="settings.enterSends" hint="settings.enterSends.hint" />
        <Switch name="single_keys" label="settings.singleKeys" hint="settings.singleKeys.hint" />
      </Group>
      <TokenList />
      <p class="meta version">Deskbridge {session.value?.version}</p>
    </DialogBox>
  );
}

const themes = (): Option[] => [
  { value: "auto", label: t("theme.auto") },
  { value: "light", label: t("theme.light") },
  { value: "dark", label: t("theme.dark") },
];
const densities = (): Option[] => [
  { value: "comfortable", label: t("density.comfortable") },
  { value: "compact", label: t("density.compact") },
];
const languages = (): Option[] => [
  { value: "auto", label: t("settings.languageAuto") },
  ...LOCALES.filter((one) => settings.value.locales.includes(one)).map((one) => ({ value: one, label: LOCALE_NAMES[one] })),
];

function Own({ name, label, options }: { name: "theme" | "density" | "locale"; label: string; options: Option[] }): VNode {
  return <Choice name={name} label={label} value={prefs.value[name]} options={options} choose={(value) => save({ [name]: value } as Partial<Preferences>)} />;
}
