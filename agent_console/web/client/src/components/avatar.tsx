import type { VNode } from "preact";
import { Icon, Portrait, type IconShape } from "@deskbridge/ui";
import { agentOf, inboxOf } from "../store/session.ts";
import { t, type Key } from "../i18n/index.ts";
import { Globe, Mail, MessageCircle, Phone, Send, Users } from "./icons.ts";

const SHADES = 6;

/** The first letters of the first two words, whatever the script. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  return words.slice(0, 2).map(firstLetter).join("").toLocaleUpperCase() || "?";
}

function firstLetter(word: string): string {
  return [...word].find((letter) => /[\p{L}\p{N}]/u.test(letter)) ?? "";
}

const icons: Record<string, IconShape> = { widget: Globe, email: Mail, telegram: Send, viber: Phone, vk: Users };
const names: Record<string, Key> = {
  widget: "channel.widget",
  email: "channel.email",
  telegram: "channel.telegram",
  viber: "channel.viber",
  vk: "channel.vk",
};

export function channelKindName(kind: string): string {
  const key = names[kind];
  return key ? t(key) : kind;
}

export function ChannelIcon({ inbox, size = 12 }: { inbox: string; size?: number }): VNode {
  const known = inboxOf(inbox);
  const kind = known?.kind ?? "";
  const label = known ? t("channel.of", { kind: channelKindName(kind), name: known.name }) : inbox;
  return <Icon of={icons[kind] ?? MessageCircle} size={size} label={label} />;
}

type AvatarProps = { id: number; name: string; url?: string | undefined; inbox?: string | undefined; size?: "s" | "m" | "l" };

/** A picture, or the letters of a name where there is none, or none that can be loaded. */
export function Face({ name, url }: { name: string; url: string | undefined }): VNode {
  return (
    <Portrait url={url} loading="lazy">
      <span aria-hidden="true">{initials(name)}</span>
    </Portrait>
  );
}

/** A colleague's picture in a line of text; nothing for those who have none. */
export function SmallFace({ agent }: { agent: string | undefined }): VNode {
  const url = agent === undefined ? undefined : agentOf(agent)?.avatar_url;
  return <Portrait url={url} class="face" loading="lazy" data-face={agent} />;
}

/** A contact's picture or letters, with the channel they came by at its corner. */
export function Avatar({ id, name, url, inbox, size = "m" }: AvatarProps): VNode {
  return (
    <span class={`avatar ${size} shade-${id % SHADES}`}>
      <Face name={name} url={url} />
      {inbox !== undefined && (
        <span class="avatar-channel">
          <ChannelIcon inbox={inbox} />
        </span>
      )}
    </span>
  );
}
