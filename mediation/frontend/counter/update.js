/** Installs the service worker; a new version is taken when no act is in hand. The queue is elsewhere and stays. */
import { button, h, notice, swap } from "./dom.js";

/**
 * @param {string} address of the worker
 * @param {HTMLElement} place where a new version is announced
 * @param {() => boolean} isIdle
 */
export async function keepUpdated(address, place, isIdle) {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  let isControlled = serviceWorker.controller !== null;
  serviceWorker.addEventListener("controllerchange", () => {
    if (isControlled) location.reload();
    isControlled = true; // the first worker takes a page that is already right
  });
  const registration = await serviceWorker.register(address, { updateViaCache: "none" }).catch(() => null);
  if (!registration) return;
  const offer = () => {
    const { waiting } = registration;
    if (!waiting || !serviceWorker.controller) return;
    const apply = () => waiting.postMessage("take over");
    if (isIdle()) apply();
    else swap(place, notice("info", "Nouvelle version", h("p", {}, "Finissez cet acte, puis mettez la page à jour."), button("Mettre à jour", apply)));
  };
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", offer);
  });
  offer();
}
