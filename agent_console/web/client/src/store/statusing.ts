/** Choosing a status for a conversation. */
import * as server from "../api/endpoints.ts";
import { getRow } from "./desk.ts";
import { statuses } from "./statuses.ts";
import { dialog } from "./ui.ts";
import { carryOut, lacksTopic } from "./verbs.ts";

/** Gives a conversation a status; where that closes it and it needs a topic first, that is asked for. */
export async function chooseStatus(id: number, status: string): Promise<void> {
  const row = getRow(id);
  if (!row) return;
  const closes = row.conversation.state === "open" && statuses.peek().get(status)?.kind === "closed";
  if (closes && lacksTopic(row)) {
    dialog.value = { kind: "topics", conversation: id, then: "stay", status };
    return;
  }
  await carryOut(id, () => server.putStatus(id, status));
}
