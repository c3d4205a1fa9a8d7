/** Begins a chat: with whom, about what, and whether there is one already. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "@deskbridge/ui";
import { getChatsAmong, postChat, type Chat } from "../api/chats.ts";
import { AgentList } from "../components/agent-list.tsx";
import { Button } from "../components/button.tsx";
import { DialogBox } from "../components/dialog.tsx";
import { listNames } from "../i18n/index.ts";
import { p } from "../i18n/pages/index.ts";
import { chatName, loadChats, openChat } from "../store/chats.ts";
import { agentName, botIds, me } from "../store/session.ts";
import { complain } from "../store/verbs.ts";

const LONGEST_TOPIC = 100;

export function NewChat({ onClose }: { onClose: () => void }): VNode {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [topic, setTopic] = useState("");
  const [busy, setBusy] = useState(false);
  const known = useKnown(chosen);
  const group = chosen.size > 1;
  // Two have one chat; a group is another one with another topic.
  const ready = !busy && known !== null && (group ? topic.trim() !== "" : chosen.size === 1 && known.length === 0);
  const show = (id: number): void => {
    onClose();
    openChat(id);
  };
  const create = async (): Promise<void> => {
    setBusy(true);
    try {
      const chat = await postChat([...chosen], group ? topic : "");
      await loadChats();
      show(chat.id);
    } finally {
      setBusy(false);
    }
  };
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <DialogBox title={p("chats.new")} class="narrow" onClose={onClose}>
      <form
        class="new-chat"
        data-new-chat-form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void create().catch(complain);
        }}
      >
        <AgentList label={p("chats.who")} without={[me.value.id, ...botIds()]} viewers chosen={chosen} onChoose={({ id }) => toggle(id)} />
        {chosen.size > 0 && (
          <p class="meta" role="status" dir="auto">
            {p("chats.chosen", { names: listNames([...chosen].map(agentName)) })}
          </p>
        )}
        {known !== null && known.length > 0 && <Already known={known} onShow={show} />}
        {group && (
          <label class="field">
            <span>{p("chats.topic")}</span>
            <input type="text" name="topic" value={topic} maxLength={LONGEST_TOPIC} dir="auto" autocomplete="off" required aria-describedby="topic-hint" onInput={(event) => setTopic(event.currentTarget.value)} />
            <small id="topic-hint" class="meta">
              {p("chats.topic.hint")}
            </small>
          </label>
        )}
        <div class="form-buttons">
          <Button tone="go" type="submit" disabled={!ready}>
            {p("chats.create")}
          </Button>
        </div>
      </form>
    </DialogBox>
  );
}

function Already({ known, onShow }: { known: readonly Chat[]; onShow: (id: number) => void }): VNode {
  return (
    <section class="already" aria-label={p("chats.already")}>
      <p>{p("chats.already")}</p>
      <ul>
        {known.map((chat) => (
          <li key={chat.id}>
            <Button data-known={chat.id} onClick={() => onShow(chat.id)}>
              {chatName(chat)}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The chats of exactly these; null while nobody is chosen, or it is not known yet. */
function useKnown(chosen: ReadonlySet<string>): readonly Chat[] | null {
  const [known, setKnown] = useState<readonly Chat[] | null>(null);
  useEffect(() => {
    let current = true;
    setKnown(null);
    if (chosen.size > 0) {
      getChatsAmong([...chosen]).then(
        ({ chats }) => current && setKnown(chats),
        (error: unknown) => {
          if (!(error instanceof ApiError)) throw error;
          complain(error);
        },
      );
    }
    return () => {
      current = false;
    };
  }, [chosen]);
  return known;
}
