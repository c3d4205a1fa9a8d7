import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Desk } from "../desk/desk.ts";
import type { State } from "../desk/state.ts";

export type Shared = { desk: Desk; state: State; t: State["words"]["t"]; locale: string };

export const SharedContext = createContext<Shared | null>(null);

export function useShared(): Shared {
  const shared = useContext(SharedContext);
  if (!shared) throw new Error("used outside of App");
  return shared;
}
