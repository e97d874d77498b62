"""How a statement looks, on a screen and on A4."""

from typing import Final

CSS: Final = """
@page { size: A4; margin: 14mm 13mm 16mm;
  @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt; color: #54676a; } }
* { box-sizing: border-box; }
html { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
body { margin: 0 auto; padding: 10mm 8mm; max-width: 210mm; background: #fff; color: #1d2b2d;
  font: 10.5pt/1.5 "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei",
  "WenQuanYi Micro Hei", "Helvetica Neue", Arial, sans-serif; }
@media print { body { padding: 0; max-width: none; } }
header { display: flex; justify-content: space-between; align-items: flex-end; gap: 8mm;
  border-bottom: 2px solid #0b6e75; padding-bottom: 4mm; }
header p { margin: 0; color: #54676a; }
h1 { font-size: 19pt; line-height: 1.25; margin: 0; color: #0b4f55; }
h2 { font-size: 11.5pt; margin: 7mm 0 2mm; color: #0b4f55; break-after: avoid; }
dl { display: grid; grid-template-columns: auto auto; gap: 0 3mm; margin: 0; font-size: 9pt; }
dt { color: #54676a; text-align: right; }
dd { margin: 0; white-space: nowrap; }
dd.account { font-family: "DejaVu Sans Mono", Consolas, Menlo, monospace; font-size: 8pt; }
.notice { margin: 4mm 0 0; padding: 2mm 3mm; background: #fdf3dc; border-left: 3px solid #c98a12; }
.sum { display: flex; margin: 6mm 0 0; border: 1px solid #c7d5d6; border-radius: 2mm; break-inside: avoid; }
.sum div { flex: 1 1 auto; padding: 3mm 2mm 3mm 5mm; position: relative; }
.sum div + div::before { content: attr(data-sign); position: absolute; left: 0; top: 50%;
  transform: translate(-50%, -50%); width: 5.4mm; line-height: 5.2mm; text-align: center; background: #fff;
  border: 1px solid #c7d5d6; border-radius: 50%; color: #0b6e75; }
.sum span { display: block; color: #54676a; font-size: 9pt; }
.sum b { font-size: 13pt; font-variant-numeric: tabular-nums; white-space: nowrap; }
.sum div:last-child { background: #e8f3f3; border-radius: 0 2mm 2mm 0; }
.sum div:last-child b { color: #0b4f55; }
.charts { display: grid; grid-template-columns: 1.62fr 1fr; gap: 0 8mm; align-items: start; }
.charts section, .bills { break-inside: avoid; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { font-size: 11px; fill: #1d2b2d; font-variant-numeric: tabular-nums; }
svg .value { text-anchor: middle; font-size: 12px; }
svg .name { text-anchor: middle; font-size: 12px; fill: #54676a; }
svg .part { text-anchor: end; font-size: 12px; }
svg .beside { font-size: 12px; }
.axis { stroke: #9fb4b6; stroke-width: 1; }
.bar { fill: #2b8a91; }
.bar.back { fill: #d9a441; }
.pooled { fill: #0b6e75; background: #0b6e75; }
.funds { fill: #6fb3b8; background: #6fb3b8; }
.hospital { fill: #b7d5d7; background: #b7d5d7; }
.own { fill: #d9a441; background: #d9a441; }
.family { fill: #e8cf95; background: #e8cf95; }
.cash { fill: #8a8f98; background: #8a8f98; }
.legend { display: flex; flex-wrap: wrap; gap: 1mm 6mm; margin: 2mm 0 0; padding: 0; list-style: none; font-size: 9pt; }
.legend i { display: inline-block; width: 3mm; height: 3mm; margin-right: 1.5mm; border-radius: 0.6mm; }
.legend b { margin-left: 1.5mm; font-variant-numeric: tabular-nums; }
table { width: 100%; border-collapse: collapse; font-size: 9pt; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th { text-align: left; font-weight: 600; color: #54676a; border-bottom: 1px solid #0b6e75; padding: 1mm 1.5mm; }
td { border-bottom: 1px solid #e3ebeb; padding: 1mm 1.5mm; vertical-align: top; }
td.n, th.n { min-width: 18mm; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td small { display: block; color: #6a7c7f; font-size: 8pt; line-height: 1.35; }
td small span { display: inline-block; }
td.when { white-space: nowrap; width: 24mm; }
tr.total td { font-weight: 600; border-top: 1px solid #0b6e75; border-bottom: none; }
tr.carried td { background: #f2f7f7; font-weight: 600; }
.two { display: grid; grid-template-columns: 1fr 1.25fr; gap: 0 8mm; align-items: start; }
footer { margin-top: 8mm; padding-top: 3mm; border-top: 1px solid #c7d5d6; color: #54676a; font-size: 8.5pt;
  break-inside: avoid; }
footer p { margin: 0 0 1mm; }
"""
