// A modal dialog that gives the focus back to where it came from.

import { useLayoutEffect, useRef } from "../../vendor/hooks.js";
import { html, Icon } from "./html.js";
import { t } from "../words.js";

/** The focus goes back to `element`; the tools of a message show themselves only while it has the focus. */
export function giveBack(element) {
  if (!element?.isConnected) return;
  element.closest(".msg")?.focus();
  element.focus();
}

/** Shown as long as it is rendered; `onClose` is called for Escape and the close button. */
export function Dialog({ title, onClose, children, kind = "" }) {
  const element = useRef(null);
  useLayoutEffect(() => {
    const opener = document.activeElement;
    const dialog = element.current;
    dialog.showModal();
    return () => {
      dialog.close();
      giveBack(opener);
    };
  }, []);
  const cancel = (event) => {
    event.preventDefault();
    onClose();
  };
  return html`<dialog class="dialog ${kind}" ref=${element} onCancel=${cancel} aria-labelledby="dialog-title">
    <div class="dialog-head">
      <h2 id="dialog-title" tabindex="-1">${title}</h2>
      <button type="button" class="button button-quiet button-icon" aria-label=${t("common.close")} onClick=${onClose}>
        <${Icon} name="x" />
      </button>
    </div>
    ${children}
  </dialog>`;
}
