import { speak } from "../src/i18n/index.ts";

// As the console does before it draws anything.
if (typeof document !== "undefined") await speak("en");
