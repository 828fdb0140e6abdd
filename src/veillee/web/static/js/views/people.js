// Who is in the room.

import { t } from "../words.js";
import { Avatar, html, Icon } from "./html.js";
import { countWords } from "./rooms_list.js";

export function People({ room, onPerson }) {
  const named = [...room.members].sort(([, a], [, b]) => a.localeCompare(b));
  return html`<section class="people" aria-labelledby="people-title">
    <h2 id="people-title" tabindex="-1">${t("chat.people")}</h2>
    <p class="small muted">${countWords(room.count)}</p>
    <ul>
      ${named.map(([u, n]) =>
        u === room.me
          ? html`<li key=${u} class="person"><${Avatar} u=${u} n=${n} /><span dir="auto">${n}</span><span class="you">${t("chat.you")}</span></li>`
          : html`<li key=${u} class="person">
              <button type="button" aria-haspopup="menu" onClick=${(event) => onPerson(event, { u, n })}>
                <${Avatar} u=${u} n=${n} /><span dir="auto">${n}</span><${Icon} name="ellipsis" />
              </button>
            </li>`,
      )}
    </ul>
  </section>`;
}
