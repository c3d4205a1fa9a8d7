import type { ComponentType, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { closeDialog, dialog, type Dialog } from "../store/ui.ts";

type Loader = (of: Dialog) => Promise<ComponentType>;

/** Dialogs are fetched when they are first opened: the first view does not pay for them. */
const load: Loader = async (of) => {
  switch (of.kind) {
    case "settings":
      return (await import("./settings-sheet.tsx")).SettingsSheet;
    case "profile": {
      const { speakPages } = await import("../i18n/pages/index.ts");
      const [{ ProfileSheet }] = await Promise.all([import("./profile-sheet.tsx"), speakPages()]);
      return ProfileSheet;
    }
    case "shortcuts":
      return (await import("./shortcut-sheet.tsx")).ShortcutSheet;
    case "palette":
      return (await import("./palette.tsx")).Palette;
    case "channels":
      return (await import("./channels-sheet.tsx")).ChannelsSheet;
    case "assign": {
      const { AssignDialog } = await import("./people-dialogs.tsx");
      return () => <AssignDialog conversation={of.conversation} />;
    }
    case "participants": {
      const { ParticipantsDialog } = await import("./people-dialogs.tsx");
      return () => <ParticipantsDialog conversation={of.conversation} />;
    }
    case "topics": {
      const { TopicsDialog } = await import("./sorting-dialogs.tsx");
      return () => <TopicsDialog conversation={of.conversation} then={of.then} status={of.status} />;
    }
    case "status": {
      const { StatusDialog } = await import("./status-dialog.tsx");
      return () => <StatusDialog conversation={of.conversation} />;
    }
    case "snooze": {
      const { SnoozeDialog } = await import("./snooze-dialog.tsx");
      return () => <SnoozeDialog conversation={of.conversation} />;
    }
    case "tags": {
      const { TagsDialog } = await import("./sorting-dialogs.tsx");
      return () => <TagsDialog conversation={of.conversation} />;
    }
    case "ticket": {
      const { TicketDialog } = await import("./ticket-dialog.tsx");
      return () => <TicketDialog conversation={of.conversation} messages={of.messages} />;
    }
    case "filters":
      return (await import("./filters-dialog.tsx")).FiltersDialog;
    case "invite": {
      const { InviteDialog } = await import("./invite-dialog.tsx");
      return () => <InviteDialog conversation={of.conversation} />;
    }
    case "join_people": {
      const { JoinDialog } = await import("./join-dialog.tsx");
      return () => <JoinDialog conversation={of.conversation} />;
    }
    case "set_apart": {
      const { SetApartDialog } = await import("./set-apart-dialog.tsx");
      return () => <SetApartDialog contact={of.contact} identity={of.identity} />;
    }
    case "person_data": {
      const words = import("../i18n/pages/index.ts").then((loaded) => loaded.speakPages());
      const [{ PersonDialog }] = await Promise.all([import("./person-dialog.tsx"), words]);
      return () => <PersonDialog contact={of.contact} />;
    }
    case "block": {
      const { BlockDialog } = await import("./block-dialog.tsx");
      return () => <BlockDialog conversation={of.conversation} />;
    }
    case "unblock": {
      const { UnblockDialog } = await import("./block-dialog.tsx");
      return () => <UnblockDialog conversation={of.conversation} />;
    }
    case "quick_reply": {
      const { QuickReplyForm } = await import("./quick-reply-form.tsx");
      return () => <QuickReplyForm text={of.text} />;
    }
    case "delete_message": {
      const { DeleteMessage } = await import("./delete-message.tsx");
      return () => <DeleteMessage message={of.message} />;
    }
    case "bulk": {
      const { BulkDialog } = await import("./bulk-dialogs.tsx");
      return () => <BulkDialog ids={of.ids} what={of.do} />;
    }
    case "refused": {
      const { RefusedDialog } = await import("./bulk-dialogs.tsx");
      return () => <RefusedDialog refused={of.refused} />;
    }
    case "trash": {
      const { TrashDialog } = await import("./trash-dialog.tsx");
      return () => <TrashDialog ids={of.ids} forGood={of.forGood} />;
    }
    case "view": {
      const { ViewDialog } = await import("./view-dialog.tsx");
      return () => <ViewDialog view={of.view} />;
    }
    case "original": {
      const { OriginalMail } = await import("./original-mail.tsx");
      return () => <OriginalMail message={of.message} sender={of.sender} />;
    }
    case "forward": {
      const { ForwardDialog } = await import("./forward-dialog.tsx");
      return () => <ForwardDialog file={of.file} />;
    }
    case "images": {
      const { Lightbox } = await import("./lightbox.tsx");
      return () => <Lightbox items={of.items} at={of.at} />;
    }
  }
};

export function Dialogs(): VNode | null {
  const wanted = dialog.value;
  const [shown, setShown] = useState<{ of: Dialog; View: ComponentType } | null>(null);
  useEffect(() => {
    let current = true;
    const missing = (error: unknown): never => {
      if (current) closeDialog();
      throw error;
    };
    if (wanted) void load(wanted).then((View) => current && setShown({ of: wanted, View }), missing);
    return () => {
      current = false;
    };
  }, [wanted]);
  if (!wanted || shown?.of !== wanted) return null;
  return <shown.View />;
}
