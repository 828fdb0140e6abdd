// Short dialogs: confirm, think again, the keys there are.

import { t } from "../words.js";
import { Dialog } from "./dialog.js";
import { Button, html } from "./html.js";
import { excerpt } from "./text.js";

/** `dialog`: {kind: confirm | note | think, title, text, quote, yes, act, back}. */
export function Confirm({ dialog, onClose }) {
  const { kind, text, quote, body, act, back, detail } = dialog;
  const then = (what) => () => {
    onClose();
    what?.();
  };
  return html`<${Dialog} title=${dialog.title ?? t("chat.think_title")} onClose=${onClose}>
    <div class="stack">
      <p>${text}</p>
      ${(quote ?? body) && html`<blockquote class="report-quote"><p dir="auto">${excerpt(quote ?? body, 240)}</p></blockquote>`}
      ${detail?.case && html`<p class="case">${t("chat.case", { case: detail.case })}</p>`}
      <div class="row">
        ${kind === "confirm" && html`<${Button} kind="button-danger" label=${dialog.yes} onClick=${then(act)} />`}
        ${kind === "think" && html`<${Button} kind="button-primary" label=${t("chat.edit")} onClick=${then(back)} /><${Button} label=${t("chat.send_anyway")} onClick=${then(act)} />`}
        ${detail?.code && html`<a class="button" href=${`/suivi/${detail.code}`}>${t("chat.see_appeal")}</a>`}
        <${Button} kind="button-quiet" label=${kind === "note" ? t("common.close") : t("common.cancel")} onClick=${onClose} />
      </div>
    </div>
  <//>`;
}

export function Keys({ onClose }) {
  const keys = ["rooms", "next", "last", "move", "reply", "menu", "escape", "help"];
  return html`<${Dialog} title=${t("chat.keys_title")} onClose=${onClose}>
    <dl class="keys">${keys.map((key) => html`<dt><kbd>${t(`chat.key_${key}`)}</kbd></dt><dd>${t(`chat.key_${key}_does`)}</dd>`)}</dl>
  <//>`;
}
