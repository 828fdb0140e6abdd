// Help cards: a hand on the arm. They describe situations, never a person; only this reader sees them.

import { has, t } from "../words.js";
import { Button, html, Icon } from "./html.js";

const TOPIC = {
  safe_meeting: "danger",
  crisis_help: "danger",
  aggression_help: "harassment",
  victim_support: "sexual",
  self_harm_support: "self_harm",
  money_safety: "scam",
  privacy_safety: "privacy",
  young_help: "minor",
};

export function Cards({ client, room, helplines, onReport }) {
  const here = client.cards.filter((card) => !card.room || card.room === room.slug);
  return here.map((card) => html`<${Card} key=${card.id} card=${card} helplines=${helplines} onClose=${() => client.reading(card.id)} onReport=${onReport} />`);
}

function Card({ card, helplines, onClose, onReport }) {
  const name = has(`card.${card.card}_title`) ? card.card : "other";
  const lines = has(`card.${name}_points`) ? t(`card.${name}_points`).split("\n") : [];
  const numbers = (helplines[TOPIC[card.card]] ?? []).slice(0, 3);
  return html`<section class="card card-help help-card" aria-labelledby=${`card-${card.id}`}>
    <h3 id=${`card-${card.id}`}><${Icon} name="heart-handshake" /> ${t(`card.${name}_title`)}</h3>
    <p>${t(`card.${name}_text`)}</p>
    ${lines.length > 0 && html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`}
    <${Helplines} numbers=${numbers} />
    <div class="row">
      <${Button} label=${t("card.read")} kind="button-small" onClick=${onClose} />
      ${card.about && html`<${Button} label=${t("card.report")} kind="button-small button-quiet" icon="flag" onClick=${() => onReport(card)} />`}
    </div>
  </section>`;
}

export function Helplines({ numbers }) {
  if (!numbers.length) return null;
  return html`<ul class="helplines">
    ${numbers.map(({ number, name, hours }) => html`<li><b>${number}</b> <span>${name}</span> <span class="small muted">${hours}</span></li>`)}
  </ul>`;
}
