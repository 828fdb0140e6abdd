// The four words that reopen the pseudonym elsewhere, until they are noted.

import { t } from "../words.js";
import { Button, html, Icon } from "./html.js";

export function Phrase({ phrase, onClose }) {
  return html`<section class="card phrase-card" aria-labelledby="phrase-title">
    <h3 id="phrase-title"><${Icon} name="key-round" /> ${t("chat.phrase")}</h3>
    <span class="code">${phrase}</span>
    <p class="small">${t("chat.phrase_why")}</p>
    <div class="row">
      <${Button} kind="button-small" icon="copy" label=${t("chat.copy")} onClick=${() => navigator.clipboard?.writeText(phrase)} />
      <${Button} kind="button-small" icon="check" label=${t("chat.phrase_noted")} onClick=${onClose} /></div>
  </section>`;
}
