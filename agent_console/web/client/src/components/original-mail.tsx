import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { withQuery } from "../api/http.ts";
import { getOriginal } from "../api/endpoints.ts";
import type { Message, Original } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { closeDialog } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { Button } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";
import { Image } from "./icons.ts";

/**
 * A mail's own page, in a frame that runs nothing and has no origin of ours. Nobody can measure what is in such
 * a frame, so it takes the room there is. Remote pictures are asked for anew each time it is opened.
 */
export function OriginalMail({ message, sender }: { message: Message; sender: string }): VNode {
  const [original, setOriginal] = useState<Original | null>(null);
  const [remote, setRemote] = useState(false);
  useEffect(() => {
    getOriginal(message.id).then(setOriginal, (error: unknown) => {
      closeDialog();
      complain(error);
    });
  }, [message.id]);
  return (
    <DialogBox title={t("original.title")} class="original">
      {original && original.remote_pictures > 0 && <Pictures count={original.remote_pictures} loaded={remote} load={() => setRemote(true)} />}
      {original && (
        <iframe
          key={String(remote)}
          title={t("original.frame", { name: sender })}
          src={withQuery(original.url, { remote_pictures: remote && "true" })}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          referrerpolicy="no-referrer"
          loading="lazy"
        />
      )}
    </DialogBox>
  );
}

function Pictures({ count, loaded, load }: { count: number; loaded: boolean; load: () => void }): VNode {
  return (
    <div class="original-bar">
      {!loaded && (
        <Button icon={Image} onClick={load}>
          {t("original.load", { n: count })}
        </Button>
      )}
      <span class="meta" role="status">
        {t(loaded ? "original.loaded" : "original.learns")}
      </span>
    </div>
  );
}
