import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { fullTime } from "@deskbridge/ui";
import { deleteToken, getTokens } from "../api/endpoints.ts";
import type { ApiToken } from "../api/types.ts";
import { locale, t } from "../i18n/index.ts";
import { complain } from "../store/verbs.ts";
import { Button } from "./button.tsx";

/** The agent's own API tokens, and the end of each; they are made on the command line. */
export function TokenList(): VNode | null {
  const [tokens, setTokens] = useState<readonly ApiToken[]>([]);
  useEffect(() => {
    getTokens().then(setTokens).catch(complain);
  }, []);
  if (tokens.length === 0) return null;
  const revoke = async (id: number): Promise<void> => {
    await deleteToken(id);
    setTokens(tokens.filter((one) => one.id !== id));
  };
  return (
    <fieldset class="settings-group" data-tokens>
      <legend>{t("tokens.title")}</legend>
      {tokens.map((one) => (
        <div key={one.id} class="setting" data-token={one.name}>
          <span>
            <span dir="auto">{one.name}</span>
            <small class="meta">{about(one)}</small>
          </span>
          <Button onClick={() => void revoke(one.id).catch(complain)} aria-label={t("tokens.revokeName", { name: one.name })}>
            {t("tokens.revoke")}
          </Button>
        </div>
      ))}
    </fieldset>
  );
}

function about({ scope, used_at, expires_at }: ApiToken): string {
  const when = (at: number): string => fullTime(at, locale.value);
  const used = used_at === null ? t("tokens.neverUsed") : t("tokens.used", { time: when(used_at) });
  return [t(`tokens.${scope}`), used, expires_at === null ? "" : t("tokens.until", { time: when(expires_at) })].filter(Boolean).join(" · ");
}
