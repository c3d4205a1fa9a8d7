import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t, type Key } from "../i18n/index.ts";
import { keyNames, type Chord } from "../keys/chords.ts";
import { BINDINGS, COMPOSER_SIGNS, PLACES, type Place } from "../keys/map.ts";
import { isMac, keyboardLayout } from "../keys/platform.ts";
import { prefs } from "../store/session.ts";
import { DialogBox } from "./dialog.tsx";

const titles: Record<Place, Key> = { list: "keys.list", conversation: "keys.conversation", composer: "keys.composer", general: "keys.general" };

/** Every key there is, with the letters of this keyboard where the browser tells them. */
export function ShortcutSheet(): VNode {
  const [layout, setLayout] = useState<ReadonlyMap<string, string> | undefined>();
  useEffect(() => {
    void keyboardLayout().then(setLayout);
  }, []);
  return (
    <DialogBox title={t("key.shortcuts")} class="wide">
      {!prefs.value.single_keys && <p class="meta">{t("keys.singleOff")}</p>}
      <div class="shortcuts">
        {PLACES.map((place) => (
          <section key={place}>
            <h3>{t(titles[place])}</h3>
            <dl>
              {BINDINGS.filter((binding) => binding.place === place && binding.chords.length > 0).map((binding) => (
                <Line key={binding.id} title={t(binding.title)} chords={binding.chords} layout={layout} />
              ))}
              {place === "composer" && COMPOSER_SIGNS.map((one) => <SignLine key={one.sign} title={t(one.title)} sign={one.sign} />)}
            </dl>
          </section>
        ))}
      </div>
    </DialogBox>
  );
}

function Line({ title, chords, layout }: { title: string; chords: readonly Chord[]; layout: ReadonlyMap<string, string> | undefined }): VNode {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        {chords.map((chord, at) => (
          <span key={at}>
            {at > 0 && <span class="meta"> {t("keys.or")} </span>}
            <Keys chord={chord} layout={layout} />
          </span>
        ))}
      </dd>
    </div>
  );
}

function SignLine({ title, sign }: { title: string; sign: string }): VNode {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        <kbd>{sign}</kbd>
      </dd>
    </div>
  );
}

export function Keys({ chord, layout }: { chord: Chord; layout?: ReadonlyMap<string, string> | undefined }): VNode {
  return (
    <span class="keys">
      {keyNames(chord, isMac, layout).map((name, at) => (
        <kbd key={at}>{name}</kbd>
      ))}
    </span>
  );
}
