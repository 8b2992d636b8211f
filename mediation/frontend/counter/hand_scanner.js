/**
 * A hand scanner acts as a very fast keyboard that ends with Enter. It is heard wherever the focus is, so that nobody has
 * to tap in a field first; people, who type slower, are left alone.
 */
const PAUSE = 500; // milliseconds: after that, another text begins
const FAST = 50; // milliseconds a key, on the whole text; people need 100 and more
const SHORTEST = 10; // a reference

export class HandScanner {
  /** @param {(text: string) => void} read */
  constructor(read) {
    this.read = read;
    this.text = "";
    this.began = 0;
    this.last = 0;
    /** @type {{list: HTMLSelectElement, value: string}|null} */
    this.list = null;
  }

  start() {
    document.addEventListener("keydown", (event) => this.key(event), { capture: true });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const at = event.timeStamp;
    if (at - this.last > PAUSE) this.text = "";
    this.last = at;
    if (event.key === "Enter") {
      const { text } = this;
      this.text = "";
      if (text.length >= SHORTEST && (at - this.began) / text.length < FAST) this.#scanned(event, text);
    } else if (event.key.length === 1) {
      if (!this.text) this.#begin(event);
      this.text += event.key;
    }
  }

  /** @param {KeyboardEvent} event */
  #begin(event) {
    this.began = event.timeStamp;
    const { target } = event;
    // the first letters may move a list that has the focus: it is put back
    this.list = target instanceof HTMLSelectElement ? { list: target, value: target.value } : null;
  }

  /** @param {KeyboardEvent} event @param {string} text */
  #scanned(event, text) {
    const { target } = event;
    event.preventDefault();
    event.stopPropagation();
    if (target instanceof HTMLInputElement && target.type === "text") {
      target.value = target.value.endsWith(text) ? target.value.slice(0, -text.length) : target.value;
      target.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (this.list && this.list.list.value !== this.list.value) {
      this.list.list.value = this.list.value;
      this.list.list.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.read(text);
  }
}
