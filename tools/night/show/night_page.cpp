// SPDX-License-Identifier: MIT
#include "tools/night/show/night_page.h"

namespace nightstack::tools {

std::string_view night_page_html() {
    return R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>nightstack</title>
<link rel="stylesheet" href="/night.css">
<noscript><meta http-equiv="refresh" content="10"></noscript>
</head>
<body>
<header><h1 data-test="target">nightstack</h1><span data-test="phase"></span><span data-test="link">connecting</span></header>
<noscript><img src="/picture.png" alt="the stack"></noscript>
<div class="pictures">
<img data-test="view" alt="the stack" hidden>
<img data-test="stream" alt="what the scope sees" hidden>
</div>
<p class="small">picture <span data-test="view-rev">-</span><span data-test="stream-words"></span></p>
<p data-test="count"></p>
<p data-test="reason"></p>
<p data-test="figures"></p>
<ul data-test="notices"></ul>
<p><button data-test="stop" hidden>end the night and make the picture</button></p>
<table><thead><tr><th>frame<th>file<th>verdict<th>why</tr></thead><tbody data-test="frames"></tbody></table>
<script src="/night.js"></script>
</body>
</html>
)html";
}

// Dark, with little blue in it: eyes stay used to the night.
std::string_view night_page_css() {
    return R"css(body { background: #0a0606; color: #c9a48c; font: 15px/1.5 sans-serif; margin: 1rem auto; max-width: 70rem;
  padding: 0 1rem; }
header { align-items: baseline; display: flex; flex-wrap: wrap; gap: 1rem; }
h1 { font-size: 1.3rem; margin: 0; }
img { display: block; height: auto; margin: 1rem 0 0; max-width: 100%; }
img[hidden] { display: none; }
.pictures { align-items: flex-start; display: flex; gap: 1rem; }
.pictures img { flex: 0 1 auto; min-width: 0; }
@media (max-width: 40rem) { .pictures { flex-wrap: wrap; } }
p { margin: .4rem 0; }
button { background: #2a1a14; border: 1px solid #6a4a3a; color: #c9a48c; font: inherit; padding: .2rem .8rem; }
.small, th { color: #8a6a58; font-size: .85rem; font-weight: normal; text-align: left; }
table { border-collapse: collapse; width: 100%; }
td, th { padding: .1rem .8rem .1rem 0; vertical-align: top; }
[data-verdict=stacked] { color: #8a9a78; }
[data-state=lost] { color: #ff6040; }
)css";
}

// Names come from cards and scopes: they become text, never markup. The token stands behind the '#' of the address,
// which a browser keeps to itself.
std::string_view night_page_js() {
    return R"js('use strict';
const token = new URLSearchParams(location.hash.slice(1)).get('token');
const headers = token ? {Authorization: 'Bearer ' + token} : {};
const at = name => document.querySelector('[data-test="' + name + '"]');
let rev = null, pictured = null, seen = null;

async function ask(path) {
  const answer = await fetch(path, {headers, cache: 'no-cache', signal: AbortSignal.timeout(8000)});
  if (!answer.ok) throw new Error(answer.status === 401 ? 'the address lacks the token' : 'answer ' + answer.status);
  return answer;
}
const said = (value, digits, unit) => value === null ? null : value.toFixed(digits) + unit;

function show(state) {
  const c = state.counts, p = state.progress;
  document.title = (state.target || 'nightstack') + ' ' + c.stacked + '/' + c.in;
  at('target').textContent = state.target || state.session || 'nightstack';
  at('phase').textContent = state.phase;
  at('count').textContent = 'stacked ' + c.stacked + ' of ' + c.in + ', rejected ' + c.rejected + ', failed ' + c.failed +
    ', dropped ' + c.dropped + ', under way ' + c.under_way;
  at('reason').textContent = Object.entries(state.reasons).sort((a, b) => b[1] - a[1])
    .map(([reason, count]) => reason + ' ' + count).join(', ');
  at('figures').textContent = [said(state.livetime_s, 0, ' s of exposure'), said(p.noise_adu, 2, ' ADU of noise'),
    p.snr === null ? null : 'SNR ' + p.snr.toFixed(1), said(p.fwhm_px, 2, ' px FWHM'), said(state.left_s, 0, ' s left'),
    p.advice, state.sky.text].filter(Boolean).join(', ');
  at('notices').replaceChildren(...state.notices.slice(-3).map(text => {
    const item = document.createElement('li');
    item.textContent = text;
    return item;
  }));
  at('stop').hidden = !['waiting', 'stacking', 'paused'].includes(state.phase);
  rev = state.rev;
}

async function picture() {
  if (rev === null || rev === pictured) return;
  const answer = await fetch('/picture.png', {headers, cache: 'no-cache', signal: AbortSignal.timeout(8000)});
  if (!answer.ok) return;  // none yet
  const old = at('view').src, wanted = rev;
  at('view').src = URL.createObjectURL(await answer.blob());
  at('view').hidden = false;
  if (old) URL.revokeObjectURL(old);
  const own = (answer.headers.get('ETag') || '').match(/\d+/);
  at('view-rev').textContent = own ? own[0] : '';
  if (own && Number(own[0]) >= wanted) pictured = wanted;
}

// The scope's own video, a picture at a time.
async function stream(view) {
  at('stream-words').textContent = view === null ? '' : ', beside it the ' + view.stream + ' of the scope, ' +
    view.age_s.toFixed(0) + ' s old';
  const old = at('stream').src;
  if (view === null) {
    at('stream').hidden = true;
    return;
  }
  if (view.pictures === seen && !at('stream').hidden) return;
  const answer = await fetch('/stream.jpg', {headers, cache: 'no-store', signal: AbortSignal.timeout(8000)});
  if (!answer.ok) return;
  at('stream').src = URL.createObjectURL(await answer.blob());
  at('stream').hidden = false;
  if (old) URL.revokeObjectURL(old);
  seen = view.pictures;
}

async function frames() {
  const last = (await (await ask('/api/frames?last=12')).json()).frames;
  at('frames').replaceChildren(...last.reverse().map(frame => {
    const row = document.createElement('tr');
    row.dataset.test = 'frame-' + frame.seq;
    row.dataset.verdict = frame.verdict;
    for (const text of [frame.seq, frame.file, frame.verdict, frame.text || frame.reason])
      row.appendChild(document.createElement('td')).textContent = text;
    return row;
  }));
}

async function turn() {
  try {
    const state = await (await ask('/api/state')).json();
    show(state);
    await frames();
    await picture();
    await stream(state.view);
    at('link').textContent = 'online';
    at('link').dataset.state = 'online';
  } catch (error) {
    at('link').textContent = 'lost: ' + error.message;
    at('link').dataset.state = 'lost';
  }
  setTimeout(turn, 2000);
}
at('stop').onclick = async () => {
  if (!confirm('End the night? What has come is stacked and becomes the picture.')) return;
  const answer = await fetch('/api/session/stop', {method: 'POST', headers});
  at('stop').textContent = answer.ok ? 'ending' : 'refused: ' + answer.status;
  at('stop').disabled = answer.ok;
};
turn();
)js";
}

}  // namespace nightstack::tools
