import type { ComponentChildren, VNode } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { ApiError, Icon } from "@deskbridge/ui";
import { t } from "../i18n/index.ts";
import { complain } from "../store/verbs.ts";
import { Button } from "./button.tsx";
import { focusOnMount } from "./hooks.ts";
import { Check, Pencil } from "./icons.ts";

type EditableProps = { name: string; value: string; id: string; form: (done: () => void) => VNode };

/** A value that a press turns into a form; the focus comes back when the form is done. */
export function Editable({ name, value, id, form }: EditableProps): VNode {
  const [editing, setEditing] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const done = (): void => {
    setEditing(false);
    requestAnimationFrame(() => button.current?.focus());
  };
  if (editing) return form(done);
  return (
    <button ref={button} type="button" class="fact-edit" data-field={id} aria-label={t("panel.editField", { field: name, value })} onClick={() => setEditing(true)}>
      <span class={value === "" ? "missing" : ""}>{value || t("panel.add")}</span>
      <Icon of={Pencil} size={13} />
    </button>
  );
}

type TextProps = { name: string; value: string; id: string; save: (value: string) => Promise<void> };

/** A plain text to edit. Saving an empty one clears it. */
export function EditableText(props: TextProps): VNode {
  return <Editable {...props} form={(done) => <TextForm {...props} done={done} />} />;
}

function TextForm({ name, value, save, done }: TextProps & { done: () => void }): VNode {
  const [text, setText] = useState(value);
  const submit = async (): Promise<void> => {
    if (text.trim() !== value) await save(text.trim());
    done();
  };
  return (
    <InlineForm submit={submit} cancel={done}>
      {(problem) => (
        <input ref={focusOnMount} type="text" aria-label={name} {...problem} value={text} dir="auto" onInput={(event) => setText(event.currentTarget.value)} />
      )}
    </InlineForm>
  );
}

type Problem = { "aria-invalid": boolean; "aria-describedby"?: string };
type FormProps = {
  submit: () => Promise<void>;
  cancel: () => void;
  /** What to say of a refusal of the server's. */
  says?: (error: ApiError) => string;
  children: (problem: Problem) => ComponentChildren;
};

/** A form inside the panel: Escape leaves it, and what the server finds wrong stands below it. */
export function InlineForm({ submit, cancel, says, children }: FormProps): VNode {
  const [trouble, setTrouble] = useState<string | null>(null);
  const id = useId();
  const send = async (): Promise<void> => {
    try {
      await submit();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 422) return complain(error);
      setTrouble(says?.(error) ?? t("field.bad"));
    }
  };
  return (
    <form
      class="fact-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        cancel();
      }}
    >
      {children({ "aria-invalid": trouble !== null, ...(trouble !== null && { "aria-describedby": id }) })}
      <Button type="submit" tone="go" icon={Check}>
        {t("action.save")}
      </Button>
      {trouble !== null && (
        <p id={id} class="problem" role="alert">
          {trouble}
        </p>
      )}
    </form>
  );
}
