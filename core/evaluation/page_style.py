"""How a report looks: one style sheet, light and dark as the reader's system is."""

# Truth is bluish green and answers vermilion, as on the pictures: told apart by colour-blind people too.
STYLE = """
:root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--ink:#1d2126;--quiet:#5b6470;--line:#dfe3e8;
--accent:#2f6bd8;--true:#009e73;--said:#d55e00;--good:#e3f4ec;--bad:#fbeae0;--lane:#eceff3;--wave:#8a95a3}
@media(prefers-color-scheme:dark){:root{--ground:#16191d;--card:#1f2329;--ink:#e6e9ed;--quiet:#9aa4b0;--line:#343a42;
--accent:#7fa8f5;--true:#2bc497;--said:#ff8a3d;--good:#173328;--bad:#3a2417;--lane:#2b3038;--wave:#75808e}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:1080px;margin:0 auto;padding:32px 20px 64px}
h1{font-size:26px;line-height:1.25;margin:0;overflow-wrap:anywhere}
h2{font-size:17px;margin:0 0 12px}
h3{font-size:15px;margin:20px 0 8px}
p{margin:0 0 12px}
.quiet{color:var(--quiet)}
header .quiet{margin:4px 0 24px;overflow-wrap:anywhere}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:20px;margin-top:20px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px}
.tile{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 16px}
.tile b{display:block;font-size:24px;line-height:1.2;font-variant-numeric:tabular-nums}
.tile span{color:var(--quiet);font-size:13px}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th{color:var(--quiet);font-weight:500;font-size:13px;white-space:nowrap}
th,td{text-align:right;padding:6px 10px;border-bottom:1px solid var(--line)}
th:first-child,td:first-child{text-align:left;padding-left:0;min-width:8em;overflow-wrap:anywhere}
tbody tr:last-child td{border-bottom:0}
.side{display:grid;grid-template-columns:minmax(220px,300px) 1fr;gap:24px;align-items:start}
.side>*{min-width:0}
@media(max-width:640px){.side{grid-template-columns:1fr}}
.verdict{border-radius:8px;padding:12px 16px;margin-bottom:16px}
.verdict.good{background:var(--good)}
.verdict.bad{background:var(--bad)}
.verdict ul{margin:6px 0 0;padding-left:20px}
.legend i{display:inline-block;width:14px;height:14px;border-radius:3px;vertical-align:-2px;margin:0 6px 0 12px}
.legend i:first-child{margin-left:0}
i.true{background:var(--true)}
i.said{background:var(--said)}
.cases{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:16px}
.pairs{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,480px),1fr));gap:16px}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:8px}
.pair figure img{height:180px}
figure{min-width:0;margin:0;border:1px solid var(--line);border-radius:8px;overflow:hidden}
figure img{display:block;width:100%;height:240px;object-fit:contain;background:var(--lane)}
figure svg{display:block;width:100%;padding:10px 12px 4px}
figcaption{padding:10px 14px 12px}
figcaption b,figcaption span{display:block;overflow-wrap:anywhere}
figcaption .quiet{font-size:13px}
svg text.tick{fill:var(--quiet);font:12px system-ui,sans-serif}
svg .frame{fill:none;stroke:var(--line)}
svg .guide{stroke:var(--quiet);stroke-dasharray:4 4}
svg .curve{fill:none;stroke:var(--accent);stroke-width:2}
svg .dot{fill:var(--accent);fill-opacity:.75}
svg .lane{fill:var(--lane)}
svg .true{fill:var(--true)}
svg .said{fill:var(--said)}
svg .wave{stroke:var(--wave);stroke-width:1.4}
"""
