import { ApiError, Icon, type IconShape } from "@deskbridge/ui";
import { ExternalLink, MessageCircle, Phone, Send, Users, X } from "lucide";
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { StartLink } from "../../shared/protocol.ts";
import { useShared } from "./context.ts";

const NETWORKS: Record<string, { name: string; icon: IconShape }> = {
  telegram: { name: "Telegram", icon: Send },
  vk: { name: "VK", icon: Users },
  viber: { name: "Viber", icon: Phone },
};
const networkOf = (id: string): { name: string; icon: IconShape } => NETWORKS[id] ?? { name: id, icon: MessageCircle };

type Made = { network: string; link: StartLink };

/** Where the visitor would go on: a choice of networks, then the link, and the same as a code for a phone. */
export function Onward({ thread, onClose }: { thread: string; onClose: () => void }): VNode {
  const { desk, state, t } = useShared();
  const { continue_via } = state.config;
  const dialog = useRef<HTMLDialogElement>(null);
  const [made, setMade] = useState<Made | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);

  /** The link is made only now that somebody wants it: it is good once, and not for long. */
  const choose = async (network: string): Promise<void> => {
    setFailed(false);
    try {
      setMade({ network, link: await desk.leadOn(thread, network) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setMade(null);
      setFailed(true);
    }
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Escape") event.stopPropagation();
  };

  return (
    <dialog
      class="onward"
      ref={dialog}
      aria-labelledby="onward-title"
      onClose={onClose}
      onKeyDown={keys}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div class="onward-head">
        <h2 id="onward-title">{t("onward")}</h2>
        <button type="button" class="tool" aria-label={t("onward_close")} onClick={() => dialog.current?.close()}>
          <Icon of={X} />
        </button>
      </div>
      <div class="networks">
        {continue_via.map((id) => (
          <button
            key={id}
            type="button"
            class="network"
            aria-pressed={made?.network === id}
            onClick={() => void choose(id)}
          >
            <Icon of={networkOf(id).icon} />
            {networkOf(id).name}
          </button>
        ))}
      </div>
      <div role="status">
        {failed && <p class="problem">{t("onward_failed")}</p>}
        {made && <Way key={made.link.url} made={made} />}
      </div>
    </dialog>
  );
}

function Way({ made }: { made: Made }): VNode {
  const { t } = useShared();
  const { url, qr, expires_at } = made.link;
  const network = networkOf(made.network).name;
  const anchor = useRef<HTMLAnchorElement>(null);
  useEffect(() => anchor.current?.focus(), []);
  return (
    <>
      <a class="primary" ref={anchor} href={url} target="_blank" rel="noopener noreferrer">
        {t("onward_open", { network })}
        <Icon of={ExternalLink} size={16} />
      </a>
      <figure class="qr">
        <svg viewBox={`-4 -4 ${qr.size + 8} ${qr.size + 8}`} role="img" aria-label={t("onward_code", { network })}>
          <path d={qr.path} shape-rendering="crispEdges" />
        </svg>
        <figcaption>{t("onward_scan")}</figcaption>
      </figure>
      {expires_at !== null && <p class="onward-hint">{t("onward_once")}</p>}
    </>
  );
}
