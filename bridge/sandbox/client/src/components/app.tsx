import type { VNode } from "preact";
import { connected, phones } from "../store/live.ts";
import { PhoneView } from "./phone.tsx";

export function App(): VNode {
  return (
    <>
      <header class="top">
        <h1>Phones</h1>
        <p>Play the customers. The agents' side is the console.</p>
        {!connected.value && <p role="status">The sandbox does not answer; waiting for it.</p>}
      </header>
      <main class="phones">
        {phones.value.map((one) => (
          <PhoneView key={one.id} phone={one} />
        ))}
      </main>
    </>
  );
}
