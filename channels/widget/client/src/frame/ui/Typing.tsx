import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useShared } from "./context.ts";

/** "Anna is typing…", for as long as that is fresh. It is for the eye only: announced, it would drown the messages. */
export function Typing({ thread }: { thread: string }): VNode | null {
  const { state, t } = useShared();
  const [, expire] = useState(0);
  const { typing } = state;
  useEffect(() => {
    if (!typing) return;
    const timer = setTimeout(() => expire(typing.until), typing.until - Date.now() + 50);
    return () => clearTimeout(timer);
  }, [typing]);
  if (typing?.thread !== thread || typing.until < Date.now()) return null;
  return (
    <p class="typing" aria-hidden dir="auto">
      <span class="dots">
        <i />
        <i />
        <i />
      </span>
      {t("typing", { name: typing.name })}
    </p>
  );
}
