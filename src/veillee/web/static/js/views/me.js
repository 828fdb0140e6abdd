// Oneself: the pseudonym, what one is told, one's reports, whom one does not want to see, going home.

import { useEffect, useState } from "../../vendor/hooks.js";
import { LEVELS } from "../announcer.js";
import { sentenceOf } from "../client.js";
import { t, when } from "../words.js";
import { Avatar, Button, html, Icon } from "./html.js";

export function Me({ client, phrase, languages }) {
  const [nick, setNick] = useState(client.me?.n ?? "");
  const [said, setSaid] = useState(null);
  const [level, setLevel] = useState(client.announcer.level);
  useEffect(() => document.getElementById("me-title").focus(), []);
  async function rename(event) {
    event.preventDefault();
    try {
      await client.rename(nick.trim());
      setSaid({ well: true, text: t("chat.renamed", { nick: nick.trim() }) });
    } catch (problem) {
      setSaid({ text: sentenceOf(problem) });
    }
  }
  return html`<section class="me stack" aria-labelledby="me-title">
    <h2 id="me-title" tabindex="-1">${t("chat.me")}</h2>
    <form class="field" onSubmit=${rename}>
      <label for="my-nick">${t("chat.my_nick")}</label>
      <div class="row"><input id="my-nick" type="text" maxlength="24" dir="auto" autocomplete="off" value=${nick} onInput=${(event) => setNick(event.target.value)} />
      <button type="submit" class="button" disabled=${nick.trim() === client.me?.n}>${t("chat.rename")}</button></div>
      ${said && html`<p role="status" class=${said.well ? "small" : "field-error"}>${said.text}</p>`}
    </form>
    ${client.me?.protected && html`<p class="notice notice-help"><${Icon} name="shield-check" /><span>${t("chat.protected")}</span></p>`}
    ${phrase && html`<div><h3>${t("chat.phrase")}</h3><p class="code">${phrase}</p><p class="small muted">${t("chat.phrase_why")}</p></div>`}
    <fieldset class="field">
      <legend>${t("chat.announce_what")}</legend>
      ${LEVELS.map((value) => html`<label class="choice" key=${value}><input type="radio" name="announce" checked=${level === value} onChange=${() => {
        client.announcer.choose(value);
        setLevel(value);
      }} /><span>${t(`chat.announce_${value}`)}</span></label>`)}
    </fieldset>
    <div>
      <h3>${t("chat.my_reports")}</h3>
      ${client.receipts.length === 0 && html`<p class="small muted">${t("chat.no_reports")}</p>`}
      <ul class="plain">${client.receipts.map((receipt) => html`<li key=${receipt.code}>
        <a href=${`/suivi/${receipt.code}`}>${receipt.reason ? t(`report.reason_${receipt.reason}`) : t("chat.a_case")}</a>
        <span class="small muted"> ${when(receipt.at)}</span>${receipt.news && html` <span class="badge badge-ember">${t("chat.news")}</span>`}
      </li>`)}</ul>
    </div>
    <div>
      <h3>${t("chat.blocked")}</h3>
      ${client.blocked.length === 0 && html`<p class="small muted">${t("chat.nobody_blocked")}</p>`}
      <ul class="plain">${client.blocked.map(({ u, n }) => html`<li key=${u} class="row"><${Avatar} u=${u} n=${n} /><span dir="auto">${n}</span>
        <${Button} kind="button-small" label=${t("chat.unblock")} onClick=${() => client.unblock(u).catch((problem) => setSaid({ text: sentenceOf(problem) }))} /></li>`)}</ul>
    </div>
    <p class="languages">${languages.map((code) => code === client.lang
      ? html`<span aria-current="true">${t(`common.language_${code}`)}</span> `
      : html`<a href=${`/langue/${code}?to=${encodeURIComponent(location.pathname)}`} lang=${code}>${t(`common.language_${code}`)}</a> `)}</p>
    <${Button} icon="log-out" label=${t("chat.go_home")} onClick=${() => client.leave()} />
  </section>`;
}
