import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { fullTime } from "@deskbridge/ui";
import { postInvitation } from "../api/endpoints.ts";
import type { Inbox, Invitation } from "../api/types.ts";
import { locale, t } from "../i18n/index.ts";
import { getRow } from "../store/desk.ts";
import { draftOf, writeDraft } from "../store/drafts.ts";
import { inboxesToInvite } from "../store/session.ts";
import { closeDialog, write } from "../store/ui.ts";
import { complain, copyText } from "../store/verbs.ts";
import { contactName } from "../store/words.ts";
import { ChannelIcon, channelKindName } from "./avatar.tsx";
import { Button } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";
import { Copy } from "./icons.ts";

/** Invites the customer into another inbox: a choice of inboxes, then the link in its three forms. */
export function InviteDialog({ conversation }: { conversation: number }): VNode | null {
  const row = getRow(conversation);
  const [chosen, setChosen] = useState<string | null>(null);
  const [made, setMade] = useState<Invitation | null>(null);
  if (!row) return null;
  const choose = async (inbox: Inbox): Promise<void> => {
    setChosen(inbox.id);
    setMade(null);
    try {
      setMade(await postInvitation(conversation, inbox.id));
    } catch (error) {
      setChosen(null);
      complain(error);
    }
  };
  return (
    <DialogBox title={t("invite.title", { name: contactName(row) })} class="narrow invite">
      <div class="invite-inboxes" role="group" aria-label={t("invite.pick")}>
        {inboxesToInvite(row.conversation.inbox).map((inbox) => (
          <button key={inbox.id} type="button" class="btn" aria-pressed={chosen === inbox.id} onClick={() => void choose(inbox)}>
            <ChannelIcon inbox={inbox.id} size={16} />
            <span>{wayName(inbox, row.conversation.inbox)}</span>
          </button>
        ))}
      </div>
      <div role="status">{made && <p class="meta">{t("invite.once", { until: fullTime(made.expires_at, locale.value) })}</p>}</div>
      {made && <Forms made={made} conversation={conversation} />}
    </DialogBox>
  );
}

function wayName({ id, kind, name }: Inbox, own: string): string {
  if (id === own) return t("invite.back");
  return name === channelKindName(kind) ? name : `${channelKindName(kind)} · ${name}`;
}

function Forms({ made, conversation }: { made: Invitation; conversation: number }): VNode {
  const { url, qr, text } = made;
  const put = (): void => {
    const before = draftOf(conversation, "reply").text.trimEnd();
    writeDraft(conversation, "reply", before === "" ? text : `${before}\n\n${text}`);
    closeDialog();
    write("reply");
  };
  return (
    <>
      <label class="field">
        <span>{t("invite.link")}</span>
        <input readOnly dir="ltr" value={url} onFocus={(event) => event.currentTarget.select()} />
      </label>
      <Button icon={Copy} onClick={() => void copyText(url, "toast.copied")}>
        {t("action.copyLink")}
      </Button>
      <svg class="invite-qr" viewBox={`-4 -4 ${qr.size + 8} ${qr.size + 8}`} role="img" aria-label={t("invite.code")}>
        <path d={qr.path} shape-rendering="crispEdges" />
      </svg>
      <label class="field">
        <span>{t("invite.text")}</span>
        <textarea readOnly rows={6} dir="auto" value={text} />
      </label>
      <div class="form-buttons">
        <Button icon={Copy} onClick={() => void copyText(text, "toast.copied")}>
          {t("invite.copyText")}
        </Button>
        <Button tone="go" onClick={put}>
          {t("invite.send")}
        </Button>
      </div>
    </>
  );
}
