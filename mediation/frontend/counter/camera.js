/** The camera of the phone: opens the back one, reads its images a few times a second, lights its torch. */

const PAUSE = 110; // milliseconds between two images: a cheap phone must keep time for the page
const LONGEST = 960; // pixels of the whole image; every other turn its middle is read at full size
const FORGET = 2_000; // a ticket left before the camera is read once

/** @param {MediaStream} stream */
function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}

export class Camera {
  /**
   * @param {{video: HTMLVideoElement, decoder: string, wasm: string, read: (text: string) => void}} options
   */
  constructor({ video, decoder, wasm, read }) {
    this.video = video;
    this.decoder = decoder;
    this.wasm = wasm;
    this.read = read;
    this.canvas = document.createElement("canvas");
    /** @type {MediaStream|null} */
    this.stream = null;
    /** @type {import("./decoder.js").Reader|null} */
    this.reader = null;
    /** @type {string|undefined} */
    this.chosen = undefined;
    this.isLit = false;
    this.turn = 0;
    this.opening = 0;
    this.seen = { text: "", at: -FORGET };
  }

  get isOpen() {
    return this.stream !== null;
  }

  /** Throws what getUserMedia throws (NotAllowedError, NotFoundError…), or the failure to load the decoder. */
  async open() {
    this.opening += 1;
    const turn = this.opening;
    const aim = this.chosen ? { deviceId: { exact: this.chosen } } : { facingMode: "environment" };
    const video = { ...aim, width: { ideal: 1280 }, height: { ideal: 720 } };
    const [{ openReader }, stream] = await Promise.all([
      import(this.decoder),
      navigator.mediaDevices.getUserMedia({ video, audio: false }),
    ]);
    if (turn !== this.opening) return stop(stream); // the screen was left meanwhile
    this.stream = stream;
    this.isLit = false;
    this.video.srcObject = stream;
    await this.video.play();
    this.reader ??= await openReader(this.wasm);
    return void this.#loop(stream);
  }

  close() {
    this.opening += 1;
    if (this.stream) stop(this.stream);
    this.stream = null;
    this.video.srcObject = null;
  }

  get track() {
    return this.stream?.getVideoTracks()[0] ?? null;
  }

  get hasTorch() {
    const can = /** @type {any} */ (this.track?.getCapabilities?.() ?? {});
    return Boolean(can.torch);
  }

  async toggleTorch() {
    const advanced = /** @type {any} */ ([{ torch: !this.isLit }]);
    await this.track?.applyConstraints({ advanced });
    this.isLit = !this.isLit;
  }

  /** How many cameras there are, once one was allowed. */
  async others() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter((device) => device.kind === "videoinput");
  }

  /** The next camera of the phone. */
  async rotate() {
    const all = await this.others();
    const present = this.track?.getSettings().deviceId;
    const rank = all.findIndex((device) => device.deviceId === present);
    this.chosen = all[(rank + 1) % all.length]?.deviceId;
    this.close();
    await this.open();
  }

  /** @param {MediaStream} stream */
  async #loop(stream) {
    while (this.stream === stream) {
      if (document.visibilityState === "visible") await this.#look();
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  async #look() {
    const image = this.#grab();
    const text = image && this.reader ? await this.reader(image) : null;
    if (!text || !this.isOpen) return;
    const now = performance.now();
    const isNew = text !== this.seen.text || now - this.seen.at > FORGET;
    this.seen = { text, at: now };
    if (isNew) this.read(text);
  }

  #grab() {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!width || !height) return null;
    this.turn += 1;
    const isWhole = this.turn % 2 === 1;
    const side = Math.min(width, height, 720);
    const [sx, sy, sw, sh] = isWhole ? [0, 0, width, height] : [(width - side) / 2, (height - side) / 2, side, side];
    const scale = isWhole ? Math.min(1, LONGEST / Math.max(width, height)) : 1;
    this.canvas.width = Math.round(sw * scale);
    this.canvas.height = Math.round(sh * scale);
    const context = this.canvas.getContext("2d", { willReadFrequently: true });
    if (!context) return null;
    context.drawImage(this.video, sx, sy, sw, sh, 0, 0, this.canvas.width, this.canvas.height);
    return context.getImageData(0, 0, this.canvas.width, this.canvas.height);
  }
}
