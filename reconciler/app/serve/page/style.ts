/** The stylesheet of all pages, light and dark. */
export const style = `
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--text:#16181d;--soft:#565d6b;--line:#e2e5ea;
--accent:#3b4fd8;--good:#0f7a45;--goodbg:#e5f5ec;--warn:#8a5300;--warnbg:#fdf2dd;--bad:#b3261e;
--badbg:#fcebea;--idle:#565d6b;--idlebg:#eceef2;--workbg:#e8ebfd;--track:#e2e5ea}
@media(prefers-color-scheme:dark){:root{--bg:#0f1115;--card:#181b21;--text:#eef0f4;--soft:#a3abba;
--line:#2a2f39;--accent:#9aa8ff;--good:#63d69a;--goodbg:#12301f;--warn:#f2bd66;--warnbg:#33260d;
--bad:#ff9a92;--badbg:#3a1715;--idle:#a3abba;--idlebg:#23272f;--workbg:#1d2342;--track:#2a2f39}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--text);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.page{max-width:46rem;margin:0 auto;padding:1.25rem 1rem 3rem}
header{display:flex;align-items:center;justify-content:space-between;gap:1rem;margin-bottom:1.25rem}
.brand{display:flex;align-items:center;gap:.55rem;font-weight:650;letter-spacing:-.01em}
.brand svg{width:1.5rem;height:1.5rem}
.id{color:var(--soft);font:.8rem ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
main>*{margin:0 0 1rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.25rem}
.hero{padding:1.5rem 1.25rem}
h1{font-size:1.55rem;line-height:1.25;letter-spacing:-.02em;margin:.7rem 0 .4rem;font-weight:680}
h2{font-size:.95rem;margin:0 0 .8rem;font-weight:640}
p{margin:0 0 .6rem}.card p:last-child{margin-bottom:0}
.lead{color:var(--soft);max-width:38rem}
.pill{display:inline-flex;align-items:center;gap:.45rem;border-radius:99px;padding:.2rem .7rem;
font-size:.82rem;font-weight:600;background:var(--idlebg);color:var(--idle)}
.pill::before{content:"";width:.5rem;height:.5rem;border-radius:50%;background:currentColor}
.good{background:var(--goodbg);color:var(--good)}.warn{background:var(--warnbg);color:var(--warn)}
.bad{background:var(--badbg);color:var(--bad)}.work{background:var(--workbg);color:var(--accent)}
.work::before{animation:pulse 1.6s ease-in-out infinite}
@keyframes pulse{50%{opacity:.25}}
@media(prefers-reduced-motion:reduce){*{animation:none!important}}
progress{appearance:none;width:100%;height:.5rem;border:0;border-radius:99px;overflow:hidden;
background:var(--track);display:block;margin:1.1rem 0 .5rem}
progress::-webkit-progress-bar{background:var(--track)}
progress::-webkit-progress-value{background:var(--accent);border-radius:99px}
progress::-moz-progress-bar{background:var(--accent)}
.small{font-size:.88rem;color:var(--soft)}
.note{margin-bottom:1rem;border-radius:14px;padding:.9rem 1.1rem;border:1px solid transparent}
.note b{display:block}
.stale{display:none}[data-stale] .stale{display:block;margin-bottom:1rem}
ol.steps{list-style:none;margin:0;padding:0}
ol.steps li{position:relative;display:flex;justify-content:space-between;gap:1rem;
padding:0 0 1.1rem 2.1rem}
ol.steps li:last-child{padding-bottom:0}
ol.steps li::before{content:"";position:absolute;left:.2rem;top:.22rem;width:1.1rem;height:1.1rem;
border-radius:50%;border:2px solid var(--line);background:var(--card)}
ol.steps li::after{content:"";position:absolute;left:.7rem;top:1.45rem;bottom:-.1rem;width:2px;
background:var(--line)}
ol.steps li:last-child::after{content:none}
ol.steps .done::before{border-color:var(--good);background:var(--good)}
ol.steps .done::after{background:var(--good)}
ol.steps .current::before{border-color:var(--accent);box-shadow:0 0 0 4px var(--workbg)}
ol.steps .failed::before{border-color:var(--bad);background:var(--bad)}
ol.steps .waiting{color:var(--soft)}
ol.steps .current .name,ol.steps .failed .name{font-weight:640}
ol.steps .failed .name{color:var(--bad)}
time{white-space:nowrap}
li time,li .state{color:var(--soft);font-size:.88rem;font-variant-numeric:tabular-nums}
.grid{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(17rem,1fr))}
dl{margin:0;display:grid;gap:.65rem}
dl div{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem}
dt{color:var(--soft)}dd{margin:0 0 0 auto;text-align:right;overflow-wrap:anywhere}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;user-select:all}
summary{cursor:pointer;font-weight:640;font-size:.95rem}
section.whole{grid-column:1/-1}
details[open] summary{margin-bottom:1rem}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px;border-radius:4px}
h3{font-size:1rem;margin:0 0 .25rem;font-weight:620}
.incident+.incident{border-top:1px solid var(--line);margin-top:1rem;padding-top:1rem}
.figures{grid-template-columns:repeat(3,1fr);gap:1rem;margin-bottom:1rem}.figures div{display:block}
.figures dt{font-size:.88rem}.figures dd{margin:0;text-align:left;font-size:1.25rem;font-weight:640}
svg.chart{display:block;width:100%;height:4.5rem;margin-bottom:.6rem}
svg .ok{fill:var(--accent)}svg .no{fill:var(--bad)}svg .up{fill:var(--good)}svg .part{fill:var(--warn)}
svg .none{fill:var(--track)}svg.days{height:1.5rem;margin:.9rem 0 .4rem}svg .axis{stroke:var(--line)}
footer{margin-top:2rem;color:var(--soft);font-size:.85rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media(max-width:30rem){h1{font-size:1.35rem}.id{font-size:.7rem}
ol.steps li{flex-direction:column;gap:0}}
`;
