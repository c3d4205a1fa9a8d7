/** Links to video meetings: put into the composer, and sent as whatever else is said there. */
import { postMeetingWith } from "../api/chats.ts";
import { draftOf, writeDraft } from "./drafts.ts";
import { write } from "./ui.ts";

/** Adds a new link, in the customer's language, to what stands in the composer. */
export async function offerMeeting(conversation: number): Promise<void> {
  const { text } = await postMeetingWith(conversation);
  const before = draftOf(conversation, "reply").text.trimEnd();
  writeDraft(conversation, "reply", before === "" ? text : `${before}\n${text}`);
  write("reply");
}
