/** A few short notes made on the spot: no sound file to load, nothing for the media policy to allow. */

export type Tune = "notes" | "bell" | "knock";
export type Occasion = "message" | "call";
type Note = { hertz: number; from: number };

export const TUNES: readonly Tune[] = ["notes", "bell", "knock"];

const BURST = 3_000;
/** By its tune one knows that it is the console; that somebody means me goes on where a message ends. */
const NOTES: Record<Tune, Record<Occasion, readonly Note[]>> = {
  notes: { message: played(660, 880), call: played(660, 880, 1320) },
  bell: { message: played(1047), call: played(1047, 1568, 1047) },
  knock: { message: played(196, 196), call: played(196, 196, 294, 294) },
};

function played(...hertz: number[]): Note[] {
  return hertz.map((one, at) => ({ hertz: one, from: at * 0.11 }));
}

let context: AudioContext | null = null;
const lastPlayed: Record<Occasion, number> = { message: -BURST, call: -BURST };

/** Browsers stay silent until the page was used once; the first press makes the sound possible. */
export function readySound(): void {
  const wake = (): void => {
    context ??= new AudioContext();
    void context.resume();
  };
  addEventListener("pointerdown", wake, { once: true });
  addEventListener("keydown", wake, { once: true });
}

/** Plays, unless it has just played: a burst sounds once. Answers whether it played. */
export function playSound(occasion: Occasion, tune: Tune, now: number): boolean {
  if (now - lastPlayed[occasion] < BURST) return false;
  lastPlayed[occasion] = now;
  listenTo(tune, occasion);
  return true;
}

export function listenTo(tune: Tune, occasion: Occasion): void {
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
  for (const note of NOTES[tune][occasion]) playNote(context, note.hertz, context.currentTime + note.from);
}

function playNote(audio: AudioContext, hertz: number, at: number): void {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.12, at + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.25);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + 0.26);
}
