/** Two short notes made on the spot: no sound file to load, nothing for the media policy to allow. */

const BURST = 3_000;
const NOTES = [
  { hertz: 660, from: 0 },
  { hertz: 880, from: 0.11 },
];

let context: AudioContext | null = null;
let lastPlayed = -BURST;

/** Browsers stay silent until the page was used once; the first press makes the sound possible. */
export function readySound(): void {
  const wake = (): void => {
    context ??= new AudioContext();
    void context.resume();
  };
  addEventListener("pointerdown", wake, { once: true });
  addEventListener("keydown", wake, { once: true });
}

/** Plays, unless it has just played: a burst of messages sounds once. Answers whether it played. */
export function playSound(now: number): boolean {
  if (now - lastPlayed < BURST) return false;
  lastPlayed = now;
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
  for (const note of NOTES) playNote(context, note.hertz, context.currentTime + note.from);
  return true;
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
