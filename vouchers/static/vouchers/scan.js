// A hand scanner is a keyboard that does not look where it types. Whatever has the focus (a link just followed, nothing
// after a tap beside), what it reads goes to the field of the page, and replaces what a refusal left there.
const TYPED_IN = "input:not([type=radio], [type=checkbox], [type=submit]), textarea, select, [contenteditable]";
addEventListener("keydown", (event) => {
  const isText = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.altKey && !event.metaKey;
  if (isText && !document.activeElement?.matches(TYPED_IN)) document.querySelector("[data-scan]")?.focus();
});
// Under what must be read first, the field waits for the scanner without scrolling the page.
addEventListener("DOMContentLoaded", () => document.querySelector("[data-scan]:not([autofocus])")?.focus({ preventScroll: true }));
// Its Enter is not an answer: it presses this button, which leads nowhere.
addEventListener("click", (event) => event.target.matches(".no-enter") && event.preventDefault());
addEventListener("focusin", (event) => event.target.matches("[data-scan]") && event.target.select());
