import { Icon } from "@deskbridge/ui/icon.tsx";
import { Paperclip } from "lucide";
import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import { act, sendFile } from "../store/api.ts";
import { sticker } from "../store/sticker.ts";
import type { Owner, Phone } from "../store/types.ts";

const ACCEPTED = { photo: "image/png,image/jpeg,image/gif,image/webp", file: "", voice: ".ogg,.oga,audio/ogg" };
type Chosen = keyof typeof ACCEPTED;

// Khreshchatyk in Kyiv, and nobody's number: they are made up like the customers.
const PLACE = { latitude: 50.4474, longitude: 30.5224 };
const CARD = { name: "Оксана Бондар", number: "+380440000000" };

/** What can be sent beside words, as far as the network has it. */
export function Attach(given: { phone: Phone; owner: Owner; text: string; send: (sending: Promise<void>) => void }): VNode {
  const { phone, owner, text } = given;
  const [open, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const kind = useRef<Chosen>("photo");

  function send(sending: Promise<void>): void {
    setOpen(false);
    given.send(sending);
  }

  function choose(what: Chosen): void {
    const chooser = input.current;
    if (!chooser) return;
    kind.current = what;
    chooser.accept = ACCEPTED[what];
    chooser.click();
  }

  function chosen(file: File | undefined): void {
    if (file) send(sendFile(phone.id, owner.id, kind.current, file, file.name, text.trim()));
    if (input.current) input.current.value = "";
  }

  const ways: [string, string, () => void][] = [
    ["photo", "Photo", () => choose("photo")],
    ["file", "File", () => choose("file")],
    ["voice", "Voice (.ogg)", () => choose("voice")],
    [
      "sticker",
      "Sticker",
      () => send(sticker().then((drawn) => sendFile(phone.id, owner.id, "sticker", drawn, "sticker.png", ""))),
    ],
    ["location", "Location", () => send(act(phone.id, owner.id, "location", PLACE))],
    ["contact", "Contact", () => send(act(phone.id, owner.id, "contact", CARD))],
  ];

  return (
    <div class="attach">
      <button
        type="button"
        class="plain"
        aria-label="Attach"
        title="Attach"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon of={Paperclip} size={18} />
      </button>
      <input ref={input} type="file" hidden aria-label="A file" onChange={(event) => chosen(event.currentTarget.files?.[0])} />
      {open && (
        <div class="ways" role="group" aria-label="What to attach" onKeyDown={(event) => event.key === "Escape" && setOpen(false)}>
          {ways
            .filter(([verb]) => phone.can.includes(verb))
            .map(([verb, name, press]) => (
              <button key={verb} type="button" onClick={press}>
                {name}
              </button>
            ))}
        </div>
      )}
    </div>
  );
}
