import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { usePicture } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import { getAttachments } from "../api/endpoints.ts";
import type { Attachment, AttachmentItem } from "../api/types.ts";
import { shown } from "../store/thread.ts";
import { threadOf } from "../store/reading.ts";
import { dialog } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { FileLine } from "./attachments.tsx";
import { Section } from "./panel-section.tsx";
import type { BlockProps } from "./panel.tsx";

type Kind = "image" | "file";

/** Everything that was sent and received here: pictures and files apart. */
export function AttachmentsBlock({ row }: Pick<BlockProps, "row">): VNode {
  const { id } = row.conversation;
  const [kind, setKind] = useState<Kind>("image");
  const items = useItems(id, kind);
  const tabs = (
    <div class="mini-tabs" role="tablist" aria-label={t("panel.attachments")}>
      {(["image", "file"] as const).map((one) => (
        <button key={one} type="button" role="tab" class="tab" aria-selected={kind === one} onClick={() => setKind(one)}>
          {t(one === "image" ? "attachments.images" : "attachments.files")}
        </button>
      ))}
    </div>
  );
  return (
    <Section id="attachments" title={t("panel.attachments")} side={tabs}>
      {items?.length === 0 && <p class="meta">{t(kind === "image" ? "attachments.noImages" : "attachments.noFiles")}</p>}
      {items && items.length > 0 && (kind === "image" ? <Thumbs items={items} /> : <Files items={items} />)}
    </Section>
  );
}

/** Asked for again when another attachment has come into the thread. */
function useItems(id: number, kind: Kind): readonly AttachmentItem[] | null {
  const [loaded, setLoaded] = useState<{ kind: Kind; items: readonly AttachmentItem[] } | null>(null);
  const ready = (one: { state: string }): boolean => one.state === "ready";
  const count = shown(threadOf(id)).reduce((sum, message) => sum + message.attachments.filter(ready).length, 0);
  useEffect(() => {
    getAttachments(id, kind)
      .then(({ items }) => setLoaded({ kind, items }))
      .catch(complain);
  }, [id, kind, count]);
  return loaded?.kind === kind ? loaded.items : null;
}

function Thumbs({ items }: { items: readonly AttachmentItem[] }): VNode {
  const pictures = items.map((item) => item.attachment);
  const drawable = pictures.filter((picture) => picture.preview_url !== undefined);
  const open = (picture: Attachment): void => void (dialog.value = { kind: "images", items: drawable, at: drawable.indexOf(picture) });
  return (
    <div class="thumbs">
      {pictures.map((picture) => (
        <Thumb key={picture.id} picture={picture} onOpen={() => open(picture)} />
      ))}
    </div>
  );
}

/** A picture that is still being fetched has nothing to show yet: until then it is a line like any file. */
function Thumb({ picture, onOpen }: { picture: Attachment; onOpen: () => void }): VNode {
  const src = picture.preview_url;
  const { state, attempt, onError } = usePicture(src ?? "");
  if (src === undefined || state === "broken") return <FileLine attachment={picture} />;
  return (
    <button type="button" class="picture" aria-label={t("attachment.enlarge", { name: picture.name })} onClick={onOpen}>
      {state === "waiting" ? <span class="picture-room" /> : <img key={attempt} src={src} alt="" loading="lazy" onError={onError} />}
    </button>
  );
}

function Files({ items }: { items: readonly AttachmentItem[] }): VNode {
  return (
    <ul class="files">
      {items.map(({ attachment }) => (
        <li key={attachment.id}>
          <FileLine attachment={attachment} />
        </li>
      ))}
    </ul>
  );
}
