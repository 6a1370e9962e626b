// The report's style sheet: light, dark by the reader's preference, light again on paper.
#pragma once

namespace breakwatch {

inline constexpr const char* kReportStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #ffffff; --ink: #16202e; --soft: #566377; --faint: #8592a6; --rule: #dfe5ec; --panel: #f6f8fa;
  --post: #c8321f; --post-ink: #a82314; --post-tint: #fdf0ed;
  --call: #2563b8; --shift: #d9e0e9; --shift-ink: #3c4a5e; --pause: #f2c14e; --pause-ink: #55400a;
  --window-line: #d9755f; --device: #17877b; --ours: #6b4fc0; --others: #b4bfce; --good: #17805a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10161f; --ink: #e8edf4; --soft: #a5b2c4; --faint: #76859b; --rule: #2a3544; --panel: #18212d;
    --post: #ff7a62; --post-ink: #ff9582; --post-tint: #2a1b1c;
    --call: #5a9bf0; --shift: #2c3a4c; --shift-ink: #c3cedd; --pause: #c9992b; --pause-ink: #17130a;
    --window-line: #b65b49; --device: #35b5a5; --ours: #9d85ee; --others: #566579; --good: #4cc796;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 "Inter", "Segoe UI", system-ui, "Noto Sans",
  "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums;
}
main { max-width: 1080px; margin: 0 auto; padding: 30px 28px 40px; }
header { border-top: 5px solid var(--post); padding-top: 18px; }
.kicker { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 12.5px; color: var(--soft); letter-spacing: .02em; }
.kicker b { color: var(--ink); letter-spacing: .06em; }
h1 { font-size: 29px; line-height: 1.2; letter-spacing: -.015em; margin: 8px 0 6px; font-weight: 680; }
.lead { color: var(--soft); margin: 0; max-width: 110ch; }
.lead code { color: var(--ink); }
.alarm { margin: 12px 0 0; padding: 8px 14px; border: 2px solid var(--post); border-radius: 8px; color: var(--post-ink); font-weight: 650; }
code, .mono { font-family: "JetBrains Mono", "DejaVu Sans Mono", ui-monospace, Consolas, monospace; font-size: .92em; }
h2 { font-size: 13px; text-transform: uppercase; letter-spacing: .08em; color: var(--soft); margin: 34px 0 10px; font-weight: 650; }
.cards { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin: 22px 0 0; padding: 0; }
.card { background: var(--panel); border: 1px solid var(--rule); border-radius: 8px; padding: 11px 14px 12px; }
.card dt { font-size: 12.5px; color: var(--soft); }
.card dd { margin: 0; }
.card .value { font-size: 24px; font-weight: 660; letter-spacing: -.01em; line-height: 1.25; }
.card .note { font-size: 12.5px; color: var(--soft); line-height: 1.35; }
.card.key .value { color: var(--post-ink); }
figure { margin: 0; border: 1px solid var(--rule); border-radius: 8px; padding: 12px 10px 6px; }
figure svg { display: block; width: 100%; height: auto; font-family: inherit; }
figcaption { font-size: 12.5px; color: var(--soft); padding: 2px 8px 6px; display: flex; flex-wrap: wrap; gap: 2px 18px; }
.swatch { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; }
.swatch.ours { background: var(--ours); } .swatch.others { background: var(--others); } .swatch.dot { background: var(--post); border-radius: 5px; }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 0 34px; }
ol, ul { margin: 0; padding-left: 21px; }
li { margin: 0 0 5px; padding-left: 3px; }
li::marker { color: var(--faint); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 6px 14px 6px 0; border-bottom: 1px solid var(--rule); }
th { font-weight: 600; color: var(--soft); font-size: 12.5px; white-space: nowrap; }
td.time { white-space: nowrap; } td.number { white-space: nowrap; text-align: right; } th.number { text-align: right; }
td.hash { font-size: 11.5px; word-break: break-all; color: var(--soft); }
table.facts th { width: 190px; font-size: 14px; font-weight: 500; }
tr.finding td { background: var(--post-tint); color: var(--post-ink); font-weight: 600; }
tr.finding td:first-child { box-shadow: inset 3px 0 var(--post); padding-left: 10px; }
td.mono.hash { letter-spacing: -.02em; }
tr td:first-child.time { padding-left: 10px; } tr th:first-child.time { padding-left: 10px; }
.kind { color: var(--soft); font-size: 12.5px; white-space: nowrap; }
tr.finding .kind { color: inherit; }
.verdict { font-weight: 600; } .verdict.intact { color: var(--good); } .verdict.changed { color: var(--post-ink); }
footer { margin-top: 34px; border-top: 1px solid var(--rule); padding-top: 12px; font-size: 12.5px; color: var(--soft); }
footer p { margin: 0 0 4px; max-width: 100ch; }

svg text { font-size: 12px; fill: var(--ink); }
svg .lane { fill: var(--soft); } svg .tick { fill: var(--soft); font-size: 11px; } svg .by { fill: var(--soft); }
svg .grid { stroke: var(--rule); stroke-width: 1; } svg .frame { stroke: var(--faint); stroke-width: 1; }
svg .level { stroke: var(--rule); stroke-width: 1; stroke-dasharray: 2 3; } svg .zero { stroke: var(--faint); stroke-width: 1; }
svg .shade { fill: var(--post); fill-opacity: .055; }
svg .shift { fill: var(--shift); } svg .in.shift { fill: var(--shift-ink); }
svg .pause { fill: var(--pause); } svg .in.pause { fill: var(--pause-ink); }
svg .call { fill: var(--call); } svg .in.call { fill: var(--page); }
svg .window { fill: var(--post); fill-opacity: .13; stroke: var(--window-line); stroke-width: 1; }
svg .in.window { fill: var(--post-ink); fill-opacity: 1; stroke: none; }
svg .device { fill: var(--device); fill-opacity: .2; stroke: var(--device); stroke-width: 1; }
svg .in.device { fill: var(--ink); fill-opacity: 1; stroke: none; } svg .join { fill: var(--device); }
svg .measure { stroke: var(--post-ink); stroke-width: 1.5; fill: none; } svg .gap { fill: var(--post-ink); font-weight: 650; }
svg .ours { fill: var(--ours); } svg .others { fill: var(--others); }
svg .post { stroke: var(--post); stroke-width: 1.6; } svg .dot { fill: var(--post); stroke: var(--page); stroke-width: 2; }
svg .post.more { stroke-opacity: .55; stroke-width: 1.2; } svg .number { fill: var(--page); font-weight: 700; font-size: 11px; }
svg .sure { fill: var(--post-ink); font-size: 11px; font-weight: 650; }
svg .found { fill: var(--post-ink); font-weight: 650; font-size: 13px; }

@media screen and (max-width: 760px) {
  main { padding: 18px 14px; } h1 { font-size: 23px; }
  .cards { grid-template-columns: 1fr 1fr; } .columns { grid-template-columns: 1fr; }
}
/* A phone: the drawing would be too small to read, so the events stand below each other beside a line. */
@media screen and (max-width: 600px) {
  body { font-size: 16px; overflow-wrap: anywhere; }
  .drawing { display: none; } th { white-space: normal; }
  .stacked thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stacked, .stacked tbody, .stacked tr, .stacked th, .stacked td, .stacked td.time, .stacked td.number { display: block; width: auto; white-space: normal; text-align: left; }
  .stacked tr { border-bottom: 1px solid var(--rule); padding: 7px 0; } .stacked th, .stacked td, .stacked tr td:first-child { border: 0; padding: 1px 0; }
  .stacked tr.finding td { background: none; } .stacked tr.finding td:first-child { box-shadow: none; }
  table.facts th, table.facts.stacked th { width: auto; font-size: 13px; }
  table.moments.stacked tr { border: 0; border-left: 2px solid var(--rule); margin-left: 6px; padding: 0 0 14px 16px; position: relative; }
  table.moments tr::before { content: ""; position: absolute; left: -7px; top: 6px; width: 8px; height: 8px; border-radius: 6px; border: 2px solid var(--page); background: var(--faint); }
  table.moments tr.finding::before { background: var(--post); }
  table.moments.stacked td.time { display: inline-block; font-size: 13px; color: var(--soft); margin-right: 10px; }
  table.values.stacked td { display: inline; } table.values td:not(:last-child)::after { content: " \00b7  "; color: var(--faint); }
  table.values td.by::before { content: "named by "; } table.values td.tier::before { content: "tier "; }
  table.values td.sure::before { content: "confidence "; } table.values td.sent::before { content: "sent "; }
  table.values td.received::before { content: "received "; } table.values td.took::before { content: "server took "; }
  table.values td.sequence::before { content: "alert "; } table.values td.revision::before { content: "revision "; }
}
@media print {
  @page { size: A4; margin: 14mm 13mm; }
  :root {
    color-scheme: light;
    --page: #ffffff; --ink: #16202e; --soft: #4a5668; --faint: #8592a6; --rule: #d5dce4; --panel: #ffffff;
    --post: #c8321f; --post-ink: #a82314; --post-tint: #ffffff;
    --call: #2563b8; --shift: #d9e0e9; --shift-ink: #3c4a5e; --pause: #f2c14e; --pause-ink: #55400a;
    --window-line: #d9755f; --device: #17877b; --ours: #6b4fc0; --others: #b4bfce; --good: #17805a;
  }
  body { font-size: 10pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  main { max-width: none; padding: 0; } h1 { font-size: 19pt; } table, table.facts th { font-size: 9pt; } li { font-size: 9.5pt; margin-bottom: 3px; }
  h2 { margin: 16px 0 6px; break-after: avoid; } figure, .card, tr, li, section, footer { break-inside: avoid; }
  .card .value { font-size: 15pt; } .card { padding: 8px 10px; } .cards { gap: 8px; margin-top: 14px; } th, td { padding: 4px 10px 4px 0; } .scroll { overflow: visible; }
}
)css";

}  // namespace breakwatch
