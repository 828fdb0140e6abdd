// Reporting, in one screen: what it is about, why, and the receipt. And contesting a decision.

import { useState } from "../../vendor/hooks.js";
import { sentenceOf } from "../client.js";
import { t } from "../words.js";
import { Helplines } from "./cards.js";
import { Dialog } from "./dialog.js";
import { Button, html, Icon } from "./html.js";
import { excerpt } from "./text.js";

const REASONS = ["harassment", "hate", "danger", "sexual", "minor", "privacy", "scam", "other"];
const NOTE = 500;

/** `about`: {target, person: {u, n}?, quote?}. */
export function ReportDialog({ client, about, helplines, onClose }) {
  const [reason, setReason] = useState(null);
  const [note, setNote] = useState("");
  const [block, setBlock] = useState(Boolean(about.person));
  const [error, setError] = useState(null);
  const [code, setCode] = useState(null);
  const [busy, setBusy] = useState(false);
  const urgent = reason === "danger" || reason === "minor";

  async function send(event) {
    event.preventDefault();
    if (!reason) return setError(t("report.choose"));
    setBusy(true);
    setError(null);
    try {
      setCode(await client.report(about.target, reason, note.trim(), block && about.person));
    } catch (problem) {
      setError(sentenceOf(problem));
    }
    setBusy(false);
  }

  if (code) {
    return html`<${Dialog} title=${t("report.received")} onClose=${onClose}>
      <div class="stack">
        <p class="notice notice-well"><${Icon} name="circle-check" /><span>${t("report.thanks")}</span></p>
        <p>${t("report.receipt")}</p>
        <p><span class="code" data-receipt>${code}</span></p>
        <p class="small muted">${t("report.where")}</p>
        ${urgent && html`<${Urgent} numbers=${helplines[reason] ?? []} />`}
        <div class="row">
          <${Button} kind="button-primary" label=${t("common.close")} onClick=${onClose} />
          <a class="button" href=${`/suivi/${code}`} target="_blank" rel="noopener">${t("report.follow")}</a>
        </div>
      </div>
    <//>`;
  }
  return html`<${Dialog} title=${about.person ? t("report.title_person", { name: about.person.n }) : t("report.title")} onClose=${onClose}>
    <form class="stack" onSubmit=${send}>
      ${about.quote && html`<blockquote class="report-quote"><p dir="auto">${excerpt(about.quote, 240)}</p></blockquote>`}
      <p class="small muted">${t(about.quote ? "report.context" : "report.context_person")}</p>
      <fieldset class="field">
        <legend>${t("report.why")}</legend>
        ${REASONS.map((value) => html`<label class="choice" key=${value}>
          <input type="radio" name="reason" value=${value} checked=${reason === value} onChange=${() => setReason(value)} />
          <span>${t(`report.reason_${value}`)}</span>
        </label>`)}
      </fieldset>
      ${urgent && html`<${Urgent} numbers=${helplines[reason] ?? []} />`}
      <div class="field">
        <label for="report-note">${t("report.note")}</label>
        <textarea id="report-note" rows="3" maxlength=${NOTE} dir="auto" value=${note} onInput=${(event) => setNote(event.target.value)} aria-describedby="report-note-hint"></textarea>
        <span class="field-hint" id="report-note-hint">${t("report.note_hint", { n: NOTE - note.length })}</span>
      </div>
      ${about.person && html`<label class="choice"><input type="checkbox" checked=${block} onChange=${(event) => setBlock(event.target.checked)} /><span>${t("report.block_too")}</span></label>`}
      ${error && html`<p class="field-error" role="alert"><${Icon} name="circle-alert" /> ${error}</p>`}
      <div class="row">
        <button type="submit" class="button button-primary" disabled=${busy}>${t("report.send")}</button>
        <${Button} kind="button-quiet" label=${t("common.cancel")} onClick=${onClose} />
      </div>
    </form>
  <//>`;
}

function Urgent({ numbers }) {
  return html`<div class="card card-help"><p><b>${t("report.urgent")}</b></p><${Helplines} numbers=${numbers} /></div>`;
}

/** Contest what `entry.code` opens. */
export function AppealDialog({ client, entry, onClose }) {
  const [note, setNote] = useState("");
  const [error, setError] = useState(null);
  const [done, setDone] = useState(false);
  async function send(event) {
    event.preventDefault();
    if (!note.trim()) return setError(t("report.appeal_empty"));
    try {
      await client.appeal(entry.code, note.trim());
      setDone(true);
    } catch (problem) {
      setError(sentenceOf(problem));
    }
  }
  return html`<${Dialog} title=${t("report.appeal_title", { case: entry.case ?? "" })} onClose=${onClose}>
    ${done
      ? html`<div class="stack">
          <p class="notice notice-well" role="status"><${Icon} name="circle-check" /><span>${t("report.appeal_done")}</span></p>
          <div class="row"><${Button} kind="button-primary" label=${t("common.close")} onClick=${onClose} /><a class="button" href=${`/suivi/${entry.code}`} target="_blank" rel="noopener">${t("report.follow")}</a></div>
        </div>`
      : html`<form class="stack" onSubmit=${send}>
          <p>${t("report.appeal_lead")}</p>
          <div class="field">
            <label for="appeal-note">${t("report.appeal_note")}</label>
            <textarea id="appeal-note" rows="5" maxlength="2000" dir="auto" value=${note} onInput=${(event) => setNote(event.target.value)}></textarea>
          </div>
          ${error && html`<p class="field-error" role="alert"><${Icon} name="circle-alert" /> ${error}</p>`}
          <div class="row">
            <button type="submit" class="button button-primary">${t("report.appeal_send")}</button>
            <${Button} kind="button-quiet" label=${t("common.cancel")} onClick=${onClose} />
          </div>
        </form>`}
  <//>`;
}
