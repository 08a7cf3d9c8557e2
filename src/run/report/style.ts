/** Style and script of the report. Fonts of the system, no network; the script only filters what is already there. */

export const STYLE = `
:root { color-scheme: light dark;
  --page: #f6f7f8; --card: #fff; --text: #1d232a; --muted: #58616c; --line: #dde1e6; --soft: #f1f3f5; --accent: #1f5f8b;
  --good: #17683a; --good-soft: #e2f2e8; --info: #1f5a91; --info-soft: #e4eef9; --warn: #7a4a00; --warn-soft: #fcf0d7;
  --bad: #a3231f; --bad-soft: #fbe6e5; --plain: #4a535d; --plain-soft: #e9ecef;
  --created: #2f8f5b; --updated: #3b7fc0; --restored: #2f9c9c; --uploaded: #6d74c4; --archived: #b98a1e; --deleted: #8a5a44;
  --unchanged: #b9c1c9; --skipped: #8d97a1; --rejected: #c8463f; --failed: #7d1f1b; }
@media (prefers-color-scheme: dark) { :root {
  --page: #14181c; --card: #1b2127; --text: #e4e8ec; --muted: #a0aab5; --line: #313a43; --soft: #232a31; --accent: #7db8e6;
  --good: #7fd6a2; --good-soft: #1b3526; --info: #8fc1f2; --info-soft: #1c3046; --warn: #efc36f; --warn-soft: #3a2f16;
  --bad: #f59a94; --bad-soft: #42211f; --plain: #bac3cc; --plain-soft: #2c343c;
  --created: #4fb37e; --updated: #5b9cdb; --restored: #4cb9b9; --uploaded: #8f95e0; --archived: #d2a541; --deleted: #b57f66;
  --unchanged: #5b6670; --skipped: #7c8792; --rejected: #e06c65; --failed: #f0a19c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main, .masthead > div, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
.masthead { background: var(--card); border-bottom: 1px solid var(--line); padding: 2rem 0 1.25rem; }
.eyebrow { margin: 0 0 .4rem; color: var(--muted); font-size: .9rem; display: flex; flex-wrap: wrap; gap: .3rem .9rem; align-items: center; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.25; font-weight: 650; letter-spacing: -.01em; text-wrap: balance; overflow-wrap: anywhere; }
.lead { margin: .6rem 0 0; font-size: 1.08rem; overflow-wrap: anywhere; }
.about { display: flex; flex-wrap: wrap; gap: .25rem 1.75rem; margin: 1.1rem 0 0; font-size: .88rem; }
.about div { display: flex; gap: .45rem; } .about dt { color: var(--muted); } .about dd { margin: 0; overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; list-style: none; margin: 1.1rem 0 0; padding: 0; font-size: .92rem; }
a { color: var(--accent); text-underline-offset: .2em; }
a:focus-visible, summary:focus-visible, input:focus-visible, .scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem 1.4rem 1.4rem; margin: 1.25rem 0; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.25fr); gap: 1.25rem; margin: 1.25rem 0; }
.pair section { margin: 0; }
h2 { margin: 0 0 .8rem; font-size: 1.15rem; font-weight: 650; }
h3 { margin: 1.6rem 0 .7rem; font-size: 1rem; font-weight: 650; }
.count { display: inline-block; margin-left: .3rem; padding: 0 .5rem; border-radius: 1rem; background: var(--soft); color: var(--muted); font-size: .85rem; font-weight: 500; }
p { margin: .35rem 0; }
.muted, .where, .note { color: var(--muted); } .note { font-size: .9rem; margin-top: .7rem; } .problem { color: var(--bad); }
.next { border-left: 4px solid var(--accent); } .next ol { margin: 0; padding-left: 1.3rem; } .next li { margin: .3rem 0; }
code { font: .88em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; background: var(--soft); padding: .1em .35em; border-radius: 4px; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; } section > .scroll + .scroll, details > .scroll + .scroll { margin-top: 1.2rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; color: var(--muted); font-size: .85rem; padding-bottom: .35rem; }
th, td { text-align: left; vertical-align: top; padding: .42rem .8rem .42rem 0; border-top: 1px solid var(--line); font-weight: 400; }
thead th { border-top: 0; color: var(--muted); font-size: .82rem; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
tfoot th, tfoot td { border-top: 2px solid var(--line); font-weight: 650; } tfoot .muted { font-weight: 400; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } .zero { color: var(--muted); }
table.wide { min-width: 34rem; } table.located { min-width: 46rem; } table.located th, table.located td:nth-child(4) { white-space: nowrap; } table.located td:nth-child(2) { min-width: 6rem; } table.located td:nth-child(3) { min-width: 9rem; max-width: 24rem; } table.located td:last-child { min-width: 15rem; }
.number + td:not(.number), .number + th:not(.number) { padding-left: 1.2rem; }
.path { font-size: .82rem; overflow-wrap: anywhere; }
.value { white-space: pre-wrap; overflow-wrap: anywhere; } .blank { color: var(--muted); font-style: italic; }
.badge { display: inline-block; padding: .05rem .55rem; border-radius: 1rem; font-size: .8rem; font-weight: 600; white-space: nowrap; color: var(--plain); background: var(--plain-soft); }
.badge.good { color: var(--good); background: var(--good-soft); } .badge.info { color: var(--info); background: var(--info-soft); }
.badge.warn { color: var(--warn); background: var(--warn-soft); } .badge.bad { color: var(--bad); background: var(--bad-soft); }
.swatch { display: inline-block; width: .7rem; height: .7rem; border-radius: 3px; margin-right: .55rem; }
.bar-of-rows { display: flex; gap: 2px; height: .8rem; border-radius: 5px; overflow: hidden; margin-bottom: 1rem; } .bar-of-rows span { flex-basis: 0; min-width: 3px; }
.swatch.created, .bar-of-rows .created { background: var(--created); } .swatch.updated, .bar-of-rows .updated { background: var(--updated); }
.swatch.restored, .bar-of-rows .restored { background: var(--restored); } .swatch.uploaded, .bar-of-rows .uploaded { background: var(--uploaded); } .swatch.archived, .bar-of-rows .archived { background: var(--archived); }
.swatch.deleted, .bar-of-rows .deleted { background: var(--deleted); } .swatch.unchanged, .bar-of-rows .unchanged { background: var(--unchanged); }
.swatch.skipped, .bar-of-rows .skipped { background: var(--skipped); } .swatch.rejected, .bar-of-rows .rejected { background: var(--rejected); }
.swatch.failed, .bar-of-rows .failed { background: var(--failed); }
.change { border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; margin: .7rem 0; }
.change.failed { border-color: var(--bad); } .change.in-doubt { border-color: var(--warn); }
.change header { display: flex; gap: .8rem; justify-content: space-between; align-items: baseline; }
h4 { margin: 0; font-size: 1rem; font-weight: 650; overflow-wrap: anywhere; }
.change p, .change table { font-size: .9rem; } .where { margin: 0; overflow-wrap: anywhere; } .outcome b { font-weight: 600; }
.parts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 0 2.5rem; } .parts:empty { display: none; } .change table { margin-top: .5rem; }
.change thead th { padding-top: 0; padding-bottom: .15rem; } .fields th[scope=row] { color: var(--muted); min-width: 8rem; }
.fields td { min-width: 9rem; } .before { color: var(--muted); } .before .value { text-decoration: line-through; text-decoration-color: var(--line); text-decoration-thickness: 1px; }
.contacts td:first-child { width: 5.5rem; } .contacts td:last-child { width: 55%; } .contacts caption { padding-bottom: .15rem; } .contacts ul { list-style: none; margin: 0; padding: 0; }
td ul { list-style: none; margin: 0; padding: 0; } .kept caption, .differences, .conflict { color: var(--warn); } .kept td { min-width: 7rem; }
.conflict { font-size: .88em; } .documents, .differences { margin: .2rem 0 0; padding-left: 1.2rem; font-size: .9rem; }
details.more > summary { cursor: pointer; color: var(--accent); padding: .4rem 0; margin-top: .4rem; }
.filter { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; font-size: .92rem; } .filter[hidden], .change[hidden] { display: none; }
input { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--muted); border-radius: 6px; padding: .3rem .6rem; width: 18rem; max-width: 100%; }
.facts { display: flex; flex-wrap: wrap; gap: .6rem 2.25rem; margin: 0 0 1rem; } .facts dt { color: var(--muted); font-size: .82rem; } .facts dd { margin: 0; font-size: 1.1rem; font-variant-numeric: tabular-nums; }
.plot svg { display: block; width: 100%; min-width: 36rem; max-width: 60rem; height: auto; } .plot text { font-size: 11px; fill: var(--muted); }
.plot .grid { stroke: var(--line); } .plot .bar { fill: var(--updated); } .plot .limit { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 5 4; } .plot .limit-text { fill: var(--bad); }
footer { color: var(--muted); font-size: .85rem; padding-bottom: 2.5rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 52rem) { .pair { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 34rem) { main, .masthead > div, footer { padding: 0 .9rem; } section { padding: 1rem .95rem 1.1rem; } h1 { font-size: 1.4rem; } .fields th[scope=row], .fields td { min-width: 5rem; } .contacts td:first-child { width: 4.5rem; } }
@media print { :root { color-scheme: light; } body { background: #fff; font-size: 11pt; } section, .change { break-inside: auto; border-color: #bbb; } .change header, tr { break-inside: avoid; } h2, h3 { break-after: avoid; } nav, .filter { display: none; } details.more > summary { display: none; } details.more::details-content { content-visibility: visible; display: block; } .scroll { overflow: visible; } table.wide, table.located { min-width: 0; } a { color: inherit; } * { print-color-adjust: exact; } }
`;

export const SCRIPT = `
const line = document.querySelector('.filter');
if (line) {
  const field = document.getElementById('filter'), result = document.getElementById('filter-result');
  const changes = [...document.querySelectorAll('.change')].map((element) => [element, element.textContent.toLowerCase()]);
  line.hidden = false;
  field.addEventListener('input', () => {
    const words = field.value.trim().toLowerCase();
    let count = 0;
    for (const [element, text] of changes) {
      element.hidden = !text.includes(words);
      if (!element.hidden) count++;
    }
    if (words) for (const details of document.querySelectorAll('#changes details')) details.open = true;
    result.textContent = words ? count + ' of ' + changes.length + ' on this page' : '';
  });
}
`;
