"""What does the page of an explanation look like? Its one style sheet: the colours of the archive's own page, and one tint for each question."""

STYLE = """
:root {
  --paper: #fcfbf8; --sheet: #f3f1ec; --ink: #1f1d1a; --soft: #5c5850; --line: #dfdbd2; --accent: #0b5a75; --gone: #8d3b2f;
  --head: #ece7db; --when: #fbe9a9; --whose: #d3ebcf; --where: #ecd9f0; --who: #cbe5f2; --named: #e6eef2; --credit: #f3dfd3; --there: #0b5a75;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
  --serif: "Iowan Old Style", Charter, "Source Serif 4", "Source Serif Pro", Georgia, "Liberation Serif", "Times New Roman", serif;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181a; --sheet: #1f2225; --ink: #e6e3dc; --soft: #a7a399; --line: #34383c; --accent: #84c7dc; --gone: #e39a8b;
    --head: #2e2c27; --when: #51430f; --whose: #224423; --where: #46284d; --who: #17455b; --named: #283b45; --credit: #52311f; --there: #84c7dc;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { font: 100%/1.5 var(--sans); color: var(--ink); background: var(--paper); text-size-adjust: 100%; scroll-padding: 2rem; }
body { margin: 0 auto; max-width: 84rem; padding: 1.25rem 2rem 4rem; font-size: .9375rem; overflow-wrap: anywhere; }
h1, h2, h3, p, ol, dl, dd { margin: 0; padding: 0; font: inherit; }
.wordmark { font: 600 1.25rem/1 var(--serif); letter-spacing: -.01em; color: var(--soft); }
nav ol { padding: 1.5rem 0 0 1.5rem; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: 1px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.quiet, .about, .path { color: var(--soft); }
article { display: grid; grid-template-columns: minmax(0, 43rem) minmax(18rem, 1fr); gap: 0 4rem; padding-top: 2.25rem; }
article + article { margin-top: 3rem; border-top: 3px double var(--line); }
header, .notice { grid-column: 1 / -1; }
header { padding-bottom: 2rem; }
h1 { font: 600 1.875rem/1.2 var(--serif); letter-spacing: -.012em; max-width: 50rem; text-wrap: balance; padding-bottom: .625rem; }
.path { font-size: .8125rem; }
.notice { margin-bottom: 1.5rem; padding: .625rem .875rem; background: var(--sheet); border-left: 3px solid var(--gone); }
h2 { font-weight: 650; padding-bottom: .375rem; margin-bottom: .75rem; border-bottom: 1px solid var(--line); }
h3 { font-weight: 650; padding: 1.5rem 0 .5rem; }
.text > .quiet { font-size: .8125rem; padding-bottom: .75rem; }
.kept { font: 1.0625rem/1.6 var(--serif); padding: .4375rem 0; text-wrap: pretty; white-space: pre-line; }
.kept.title { font-size: 1.3125rem; line-height: 1.3; font-weight: 600; }
.kept.standfirst { font-style: italic; }
.label { font: 600 .6875rem/1 var(--sans); letter-spacing: .04em; text-transform: uppercase; color: var(--soft);
  background: var(--head); border-radius: 3px; padding: .1875rem .375rem; margin-right: .25rem; }
.removed { font-size: .875rem; line-height: 1.45; padding: .25rem 0 .25rem .75rem; margin: .0625rem 0; border-left: 2px solid var(--gone); }
.removed .rule { color: var(--gone); margin-right: .375rem; }
.removed .rule::after { content: ":"; }
del mark { color: var(--ink); }
del { color: var(--soft); text-decoration: line-through; text-decoration-thickness: 1px; white-space: pre-line; }
details.removed { margin: .625rem 0; }
summary { cursor: pointer; }
details .removed { border-left: 0; }
mark { color: inherit; border-radius: 2px; padding: .0625rem .125rem; margin: 0 -.0625rem; background: var(--head);
  box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.when mark, mark.when, .when dt { background: var(--when); }
.whose mark, mark.whose, .whose dt { background: var(--whose); }
.where mark, mark.where, .where dt { background: var(--where); }
.who mark, mark.who, .who dt { background: var(--who); }
.named mark, mark.named, .named dt { background: var(--named); }
.credit mark, mark.credit, .credit dt { background: var(--credit); }
.head dt { background: var(--head); }
.number { font: 600 .6875rem/1 var(--sans); font-style: normal; text-decoration: none; vertical-align: .4em;
  padding: .125rem .0625rem; margin-left: .0625rem; }
.number:hover { text-decoration: underline; }
.label .number { vertical-align: baseline; }
.values { font-size: .875rem; }
dl { display: grid; gap: 1.125rem; }
.field { display: grid; grid-template-columns: 6.25rem minmax(0, 1fr); gap: .5rem 1rem; align-items: start; }
dt { justify-self: start; border-radius: 3px; padding: .0625rem .375rem; margin-left: -.375rem; background: var(--sheet); }
dd { grid-column: 2; }
dd .number { vertical-align: .25em; margin-left: -.1875rem; }
b { font-weight: 600; }
.head b { font-weight: 400; }
.aliases, .why, .considered { display: block; font-size: .8125rem; line-height: 1.45; }
.why, .considered { color: var(--soft); }
q { font-family: var(--serif); font-size: 1.0625em; }
.why mark { color: var(--ink); }
:target { scroll-margin-top: 2rem; }
dd:target, .kept:target { outline: 2px solid var(--there); outline-offset: .375rem; border-radius: 2px; }
.anchor:target + mark, .anchor:target + .anchor + mark { outline: 2px solid var(--there); outline-offset: 1px; }
@media (max-width: 63.99rem) { article { grid-template-columns: minmax(0, 43rem); } .values { padding-top: 2.5rem; } }
@media (max-width: 36rem) {
  body { padding: 1rem 1rem 3rem; }
  h1 { font-size: 1.5rem; }
  .field { grid-template-columns: minmax(0, 1fr); gap: .25rem; }
  dd { grid-column: 1; }
}
@media print {
  :root { --paper: #fff; --ink: #000; --soft: #333; --line: #bbb; --accent: #000; --gone: #000; color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 9.5pt; }
  article { display: block; }
  .kept { font-size: 10.5pt; orphans: 3; widows: 3; }
  .values { padding-top: 1.5rem; }
  .field, dd, h2 { break-inside: avoid; }
  h2 { break-after: avoid; }
  mark { background: none; border-bottom: 1px solid #000; border-radius: 0; }
  details.removed::details-content { content-visibility: visible; block-size: auto; }
}
@media (forced-colors: active) { mark { background: Mark; color: MarkText; } }
"""
