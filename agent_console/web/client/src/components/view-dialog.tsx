import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/index.ts";
import type { View } from "../api/types.ts";
import { filterWords } from "../store/filter-words.ts";
import { filters } from "../store/list.ts";
import { closeDialog } from "../store/ui.ts";
import { complain } from "../store/verbs.ts";
import { changeView, keepView, mayShare } from "../store/views.ts";
import { Button } from "./button.tsx";
import { DialogBox } from "./dialog.tsx";
import { focusOnMount } from "./hooks.ts";

const LONGEST = 60;

/** Names a list to keep it, or names one anew. */
export function ViewDialog({ view }: { view: View | null }): VNode {
  const [name, setName] = useState(view?.name ?? filterWords(filters.peek()).join(", ").slice(0, LONGEST));
  const [shared, setShared] = useState(view?.shared ?? false);
  const save = (event: Event): void => {
    event.preventDefault();
    closeDialog();
    void (view === null ? keepView(name.trim(), shared) : changeView(view.id, { name: name.trim(), shared })).catch(complain);
  };
  return (
    <DialogBox title={t(view === null ? "views.keep" : "views.rename")} class="narrow">
      <form onSubmit={save} class="form">
        <div class="field">
          <label htmlFor="view-name">{t("views.name")}</label>
          <input id="view-name" ref={focusOnMount} type="text" dir="auto" maxLength={LONGEST} required value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </div>
        {mayShare() && (
          <label class="check">
            <input type="checkbox" checked={shared} onChange={(event) => setShared(event.currentTarget.checked)} />
            <span>{t("views.shared")}</span>
          </label>
        )}
        <div class="form-buttons">
          <Button onClick={closeDialog}>{t("action.cancel")}</Button>
          <Button tone="go" type="submit" disabled={name.trim() === ""}>
            {t("action.save")}
          </Button>
        </div>
      </form>
    </DialogBox>
  );
}
