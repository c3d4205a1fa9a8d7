import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import type { Contact } from "../api/types.ts";
import { getOthers } from "../api/endpoints.ts";
import { getRow } from "../store/desk.ts";
import { joinPeople } from "../store/joining.ts";
import { closeDialog } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { contactName, nameOfContact } from "../store/words.ts";
import { Avatar, ChannelIcon } from "./avatar.tsx";
import { Button } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";

const TYPING_PAUSE = 200;

/** Says that two people are one: whom, and then once more whether. */
export function JoinDialog({ conversation }: { conversation: number }): VNode | null {
  const row = getRow(conversation);
  const [other, setOther] = useState<Contact | null>(null);
  if (!row) return null;
  const { contact } = row.conversation;
  const name = contactName(row);
  return (
    <DialogBox title={t("join.title", { name })} class="narrow">
      {other === null ? <Others of={contact.id} onChoose={setOther} /> : <Sure of={contact.id} name={name} other={other} back={() => setOther(null)} />}
    </DialogBox>
  );
}

/** Who it may be: at first those who gave the same address or number. */
function Others({ of, onChoose }: { of: number; onChoose: (contact: Contact) => void }): VNode {
  const [query, setQuery] = useState("");
  const found = useOthers(of, query);
  return (
    <div class="people">
      <input type="search" autocomplete="off" autoFocus value={query} placeholder={t("join.search")} aria-label={t("join.search")} onInput={(event) => setQuery(event.currentTarget.value)} />
      {query.trim() === "" && found !== null && found.length > 0 && <p class="meta">{t("join.alike")}</p>}
      <ul aria-label={t("join.pick")}>
        {found?.map((contact) => (
          <li key={contact.id}>
            <button type="button" class="person" data-contact={contact.id} onClick={() => onChoose(contact)}>
              <Who contact={contact} />
            </button>
          </li>
        ))}
      </ul>
      <p class="meta" role="status">
        {found?.length === 0 && t(query.trim() === "" ? "join.noneAlike" : "join.none")}
      </p>
    </div>
  );
}

/** What was found last, or nothing until the first answer; a late answer to earlier words is dropped. */
function useOthers(of: number, query: string): readonly Contact[] | null {
  const [found, setFound] = useState<readonly Contact[] | null>(null);
  const asked = useRef("");
  useEffect(() => {
    asked.current = query;
    const ask = async (): Promise<void> => {
      try {
        const { contacts } = await getOthers(of, query);
        if (asked.current === query) setFound(contacts);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        complain(error);
      }
    };
    const timer = setTimeout(() => void ask(), query === "" ? 0 : TYPING_PAUSE);
    return () => clearTimeout(timer);
  }, [of, query]);
  return found;
}

function Who({ contact }: { contact: Contact }): VNode {
  const { id, avatar_url, email, phone, identities } = contact;
  const name = nameOfContact(contact);
  const told = [email, phone].filter((one) => one !== null && one !== name).join(" · ");
  return (
    <>
      <Avatar id={id} name={name} url={avatar_url} size="s" />
      <span class="person-name" dir="auto">
        {name}
        {told !== "" && <small class="meta">{told}</small>}
      </span>
      <span class="meta">
        {identities.map((one) => (
          <ChannelIcon key={one.id} inbox={one.inbox} size={14} />
        ))}
      </span>
    </>
  );
}

function Sure({ of, name, other, back }: { of: number; name: string; other: Contact; back: () => void }): VNode {
  const confirm = (): void => {
    closeDialog();
    void joinPeople(of, other).catch(complain);
  };
  return (
    <>
      <div class="person">
        <Who contact={other} />
      </div>
      <p>{t("join.sure", { name, other: nameOfContact(other) })}</p>
      <div class="form-buttons">
        <Button onClick={back}>{t("action.cancel")}</Button>
        <Button tone="go" autoFocus onClick={confirm}>
          {t("join.confirm")}
        </Button>
      </div>
    </>
  );
}
