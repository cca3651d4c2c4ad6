// SPDX-License-Identifier: MIT
#include "tools/report_page/page_style.h"

namespace nightstack::tools::page {

std::string_view page_style() {
    return R"css(
:root{color-scheme:light dark;--back:#fbfbf9;--ink:#1c1f24;--soft:#5a626e;--line:#d9dce1;--card:#fff;--dot:#1f6fb2;--cross:#b3401c;--good:#1c6b3c}
@media(prefers-color-scheme:dark){:root{--back:#101317;--ink:#e4e7eb;--soft:#9aa4b0;--line:#2b323b;--card:#171b21;--dot:#6cb4ee;--cross:#ff9a6b;--good:#7fd19b}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:1.5rem;background:var(--back);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .3rem;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.2rem}
p,dl{margin:.4rem 0}
.soft,figcaption{color:var(--soft)}
.facts{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem}
.facts div{display:flex;gap:.4rem;overflow-wrap:anywhere}
dt{color:var(--soft)}
dd{margin:0}
img{display:block;max-width:100%;height:auto;margin:0 auto;background:#000}
figure{margin:0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:.6rem;margin:1rem 0}
.figures div{background:var(--card);border:1px solid var(--line);border-radius:.4rem;padding:.5rem .8rem}
.figures dd{font-size:1.2rem;font-variant-numeric:tabular-nums}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr));gap:1rem}
.charts figure{background:var(--card);border:1px solid var(--line);border-radius:.4rem;padding:.6rem}
figcaption{font-size:.85rem}
figcaption b{color:var(--ink)}
svg{display:block;width:100%;height:auto}
svg text{fill:var(--soft);font-size:12px;font-family:system-ui,sans-serif}
.grid{stroke:var(--line);fill:none}
.dots{stroke:var(--dot);stroke-width:4;stroke-linecap:round;fill:none}
.crosses{stroke:var(--cross);stroke-width:1.6;fill:none}
.line{stroke:var(--cross);stroke-width:1.6;fill:none}
.thin{stroke:var(--dot);stroke-width:.7;opacity:.6;fill:none}
.ring{stroke:var(--ink);fill:none}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.88rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:.2rem .6rem .2rem 0;border-bottom:1px solid var(--line)}
tbody th{font-weight:400;min-width:6.5rem}
td,tbody th{overflow-wrap:anywhere;min-width:3.2rem}
td.n{text-align:right;overflow-wrap:normal}
.w{white-space:nowrap}
thead th{color:var(--soft);font-weight:600}
.no{color:var(--cross);font-weight:600}
.yes{color:var(--good)}
details{margin:.5rem 0;border:1px solid var(--line);border-radius:.4rem;padding:.3rem .8rem;background:var(--card)}
summary{cursor:pointer}
@media print{
:root{--back:#fff;--ink:#000;--soft:#444;--line:#bbb;--card:#fff;--dot:#0b4f8a;--cross:#9a2f0c;--good:#0c5127}
body{max-width:none;padding:0;font-size:10pt}
figure,tr,.figures div{break-inside:avoid}
h2{break-after:avoid}
img{max-height:20cm;width:auto}
thead{display:table-header-group}
}
)css";
}

}  // namespace nightstack::tools::page
