/** What is heard and felt: two notes up for yes, one low for no. No file; nothing where the phone has no such means. */

/** @type {AudioContext|undefined} */
let audio;

/** Browsers let a page sound only after a touch: called at each one. */
export function wakeSound() {
  if (!("AudioContext" in globalThis)) return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") void audio.resume();
}

/** @type {Record<string, [number, number][]>} frequency (Hz), length (s) */
const NOTES = {
  ok: [[784, 0.09], [1175, 0.16]],
  warn: [[587, 0.14], [587, 0.14]],
  bad: [[196, 0.4]],
  info: [[988, 0.07]],
};
/** @type {Record<string, number[]>} */
const BUZZES = { ok: [80], warn: [80, 60, 80], bad: [300], info: [30] };

/** A page may vibrate only after a touch: a camera that opened by itself reads before one, and the call is told as an error. */
function buzz(/** @type {number[]} */ pattern) {
  if (navigator.userActivation?.hasBeenActive !== false) navigator.vibrate?.(pattern);
}

/** @param {string} tone */
export function feel(tone) {
  buzz(BUZZES[tone]);
  if (audio?.state !== "running") return;
  let at = audio.currentTime;
  for (const [frequency, length] of NOTES[tone]) {
    const [oscillator, gain] = [audio.createOscillator(), audio.createGain()];
    oscillator.frequency.value = frequency;
    oscillator.type = tone === "bad" ? "square" : "sine";
    gain.gain.setValueAtTime(0.25, at);
    gain.gain.exponentialRampToValueAtTime(0.001, at + length);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(at);
    oscillator.stop(at + length);
    at += length;
  }
}
