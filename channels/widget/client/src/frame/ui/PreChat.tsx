import type { RefObject, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { PreChatField } from "../../shared/protocol.ts";
import { problemOf, type Problem } from "../ask.ts";
import type { Key } from "../words.ts";
import { useShared } from "./context.ts";

export type Answered = {
  /** Keeps the answers; false if one is missing or wrong, which then has the focus. */
  take: () => boolean;
};

const NAMES: Record<string, Key> = { name: "ask_name", email: "ask_email", phone: "ask_phone" };
const MODES: Record<string, "email" | "tel"> = { email: "email", phone: "tel" };
const FILLS: Record<string, string> = { name: "name", email: "email", phone: "tel" };

/** The short form under the greeting. It never stands in the way of reading, and only required fields hold up a message. */
export function PreChat({
  fields,
  answered,
  done,
}: {
  fields: PreChatField[];
  answered: RefObject<Answered | null>;
  done: () => void;
}): VNode {
  const { desk, state, t } = useShared();
  const [answers, setAnswers] = useState<Record<string, string>>(state.kept.answers ?? {});
  // A browser fills in several fields at once, and a key may come before they are drawn.
  const now = useRef(answers);
  const [problems, setProblems] = useState<Record<string, Problem>>({});
  const form = useRef<HTMLFormElement>(null);
  const skippable = fields.every((field) => !field.required);

  const take = (): boolean => {
    const found = fields.flatMap((field) => {
      const problem = problemOf(field, now.current[field.field] ?? "");
      return problem ? [[field.field, problem] as const] : [];
    });
    setProblems(Object.fromEntries(found));
    if (found[0]) form.current?.querySelector<HTMLInputElement>(`[name="${found[0][0]}"]`)?.focus();
    else desk.core.keep({ asked: true, answers: filled(now.current) });
    return found.length === 0;
  };
  useEffect(() => {
    answered.current = { take };
    return () => (answered.current = null);
  });
  const write = (field: string, value: string): void => {
    now.current = { ...now.current, [field]: value };
    setAnswers(now.current);
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    if (take()) done();
  };
  const skip = (): void => {
    desk.core.keep({ asked: true });
    done();
  };

  return (
    <form class="ask" ref={form} noValidate onSubmit={submit}>
      <h2>{t("ask_title")}</h2>
      {fields.map((field) => (
        <Field
          key={field.field}
          field={field}
          value={answers[field.field] ?? ""}
          problem={problems[field.field]}
          onInput={(value) => write(field.field, value)}
        />
      ))}
      <p class="ask-actions">
        <button type="submit" class="primary">
          {t("ask_go")}
        </button>
        {skippable && (
          <button type="button" class="quiet" onClick={skip}>
            {t("ask_skip")}
          </button>
        )}
      </p>
    </form>
  );
}

function Field({
  field,
  value,
  problem,
  onInput,
}: {
  field: PreChatField;
  value: string;
  problem: Problem | undefined;
  onInput: (value: string) => void;
}): VNode {
  const { t } = useShared();
  const id = `ask-${field.field}`;
  const named = NAMES[field.field];
  const label = field.label ?? (named ? t(named) : field.field);
  return (
    <p class="field">
      <label for={id}>{field.required ? label : t("ask_optional", { label })}</label>
      <input
        id={id}
        name={field.field}
        inputMode={MODES[field.field] ?? "text"}
        autocomplete={FILLS[field.field] ?? "off"}
        dir="auto"
        maxLength={200}
        required={field.required}
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={problem && `${id}-problem`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {problem && (
        <small id={`${id}-problem`} class="problem" role="alert">
          {t(problem)}
        </small>
      )}
    </p>
  );
}

function filled(answers: Record<string, string>): Record<string, string> {
  const trimmed = Object.entries(answers).map(([name, value]) => [name, value.trim()] as const);
  return Object.fromEntries(trimmed.filter(([, value]) => value !== ""));
}
