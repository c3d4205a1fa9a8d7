import { describe, expect, it } from "vitest";
import { change, enqueue, nextOf, pendingOf, remove, waitingConversations, type Unsent } from "../src/store/outbox.ts";
import { message } from "./samples.ts";

const unsent = (client_id: string, conversation_id = 1, refused: Unsent["refused"] = null): Unsent => ({
  client_id,
  conversation_id,
  kind: "reply",
  text: "Зараз подивлюся 🦊",
  attachments: [],
  reply_to: null,
  draft_revision: null,
  at: 0,
  refused,
});
const no = { code: "taken", message: "", detail: {} };

describe("the outbox", () => {
  it("takes a message once, however often it is put in", () => {
    expect(enqueue(enqueue([], unsent("a")), unsent("a"))).toHaveLength(1);
  });

  it("sends the oldest first, and passes over what was refused", () => {
    const box = [unsent("a", 1, no), unsent("b"), unsent("c"), unsent("d", 2)];
    expect(nextOf(box, 1)?.client_id).toBe("b");
    expect(waitingConversations(box)).toEqual([1, 2]);
  });

  it("offers a refused message again only when the agent says so", () => {
    const box = [unsent("a", 1, no)];
    expect(nextOf(box, 1)).toBeUndefined();
    expect(nextOf(change(box, "a", { refused: null }), 1)?.client_id).toBe("a");
  });

  it("is not shown beside the stored message that it became", () => {
    const box = [unsent("a"), unsent("b"), unsent("x", 2)];
    const stored = [message({ id: 1, kind: "outgoing", client_id: "a" })];
    expect(pendingOf(box, 1, stored).map((one) => one.client_id)).toEqual(["b"]);
    expect(remove(box, "a")).toHaveLength(2);
  });
});
