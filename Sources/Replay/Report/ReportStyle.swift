/// Colours of a report: what is asked for, what is there, what was decided, and whether that is good.
///
/// Text has a contrast of at least 4.5 to 1 against every ground it stands on, and lines of 3 to 1, in both themes.
struct ReportPalette {
    var name: StaticString
    /// Each a variable of the style sheet, `#rrggbb`.
    var colours: KeyValuePairs<String, String>

    static let light = ReportPalette(
        name: "light",
        colours: [
            "ground": "#ffffff", "raised": "#f5f6f4", "text": "#1c2126", "faint": "#59616a", "rule": "#d9dcd6",
            "grid": "#eceeea", "gap": "#eeeeec", "there": "#2563a8", "asked": "#a34a06", "desired": "#1c2126",
            "bad": "#b3261e", "good": "#1a7040", "focus": "#2563a8",
        ])
    static let dark = ReportPalette(
        name: "dark",
        colours: [
            "ground": "#14171a", "raised": "#1d2125", "text": "#e4e7ea", "faint": "#9ea7b0", "rule": "#343a40",
            "grid": "#24292e", "gap": "#22262a", "there": "#74aef0", "asked": "#eda35c", "desired": "#f2f4f6",
            "bad": "#ff8f84", "good": "#67cf95", "focus": "#9cc8ff",
        ])

    /// As CSS variables.
    var css: String { colours.map { "--\($0.key):\($0.value)" }.joined(separator: ";") }
}

/// The style sheet. Nothing in it is fetched: the fonts are the reader's own.
enum ReportStyle {
    static let css = """
        :root{color-scheme:light dark;\(ReportPalette.light.css)}
        @media (prefers-color-scheme:dark){:root{\(ReportPalette.dark.css)}}
        \(rules)
        @media print{:root{color-scheme:light;\(ReportPalette.light.css)}
        \(print)}
        """

    private static let rules = """
        *{box-sizing:border-box}
        body{margin:0;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",
        Roboto,"Noto Sans","Liberation Sans",sans-serif;-webkit-text-size-adjust:100%}
        header,main,footer{max-width:1080px;margin:0 auto;padding:0 24px}
        header{padding-top:36px}
        .skip{position:absolute;left:-999px}.skip:focus{left:16px;top:8px;background:var(--ground);padding:4px 8px}
        .kicker{margin:0;font-size:13px;color:var(--faint)}
        h1{font-size:26px;line-height:1.25;margin:2px 0 6px;font-weight:650;letter-spacing:-.01em;
        overflow-wrap:anywhere}
        h2{font-size:18px;line-height:1.3;margin:44px 0 10px;font-weight:650}
        h3{font-size:15px;margin:26px 0 6px;font-weight:650;overflow-wrap:anywhere}
        p{margin:0 0 10px;max-width:76ch}header p,p.readout{max-width:none}a{color:var(--there)}
        .faint{color:var(--faint)}
        .verdict-line{font-weight:600}.good .verdict,.verdict-line.good{color:var(--good)}
        .bad .verdict,.verdict-line.bad{color:var(--bad)}
        dl.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:0;margin:22px 0 0;
        border-top:1px solid var(--rule);border-bottom:1px solid var(--rule)}
        dl.figures div{padding:12px 12px 12px 0}
        dl.figures dt{font-size:13px;color:var(--faint)}
        dl.figures dd{margin:0;font-size:22px;line-height:1.3;font-weight:600;font-variant-numeric:tabular-nums;letter-spacing:-.01em}
        dl.figures dd span{white-space:nowrap;font-size:13px;font-weight:400;color:var(--faint);letter-spacing:0}
        ul.notes{margin:0;padding:0;list-style:none;max-width:78ch}
        ul.notes li{padding:6px 0 6px 14px;border-left:3px solid var(--rule);margin-bottom:8px}
        ul.notes li.warn{border-left-color:var(--asked)}
        figure{margin:18px 0 0}figcaption{display:flex;flex-wrap:wrap;gap:2px 14px;align-items:baseline;font-size:13px;
        color:var(--faint);margin-bottom:8px}
        figcaption .name{font-weight:600;color:var(--text);font-size:14px}
        figcaption .unit{margin-left:-8px}
        figcaption .key{display:inline-flex;gap:6px;align-items:center;white-space:nowrap}
        figcaption .unit+.key{margin-left:auto}
        .chart{padding:0 16px 24px 44px}
        figcaption{margin-left:-44px}
        svg.plot{display:block;overflow:visible;font-size:12px;font-variant-numeric:tabular-nums}
        .plot text{fill:var(--faint)}.plot text.y{text-anchor:end}.plot text.x{text-anchor:middle}
        .plot text.date{font-weight:600;fill:var(--text)}
        .plot text.level{text-anchor:end;paint-order:stroke;stroke:var(--ground);stroke-width:4px;
        stroke-linejoin:round;fill:var(--text)}
        .plot line,.plot path,figcaption path{fill:none;vector-effect:non-scaling-stroke}
        .grid{stroke:var(--grid)}.tick{stroke:none}.day{stroke:var(--rule);stroke-dasharray:2 3}.base{stroke:var(--faint)}
        .gap{fill:var(--gap)}
        path.fill-asked{fill:var(--asked);fill-opacity:.12}path.fill-there{fill:var(--there);fill-opacity:.12}
        path.range-asked{fill:var(--asked);fill-opacity:.3}path.range-there{fill:var(--there);fill-opacity:.3}
        path.range-desired{fill:var(--desired);fill-opacity:.22}
        path.fill-bad{fill:var(--bad);fill-opacity:.75}
        .line-asked{stroke:var(--asked);stroke-width:1.4}.line-there{stroke:var(--there);stroke-width:1.6}
        .line-needed{stroke:var(--asked);stroke-width:1.4;stroke-dasharray:2 2}
        .line-desired{stroke:var(--desired);stroke-width:1.4}
        .line-level{stroke:var(--desired);stroke-dasharray:6 4}.line-bound{stroke:var(--faint);stroke-dasharray:1 3}
        .mark{fill:var(--ground);stroke:var(--desired);stroke-width:1.5}.mark.up{fill:var(--desired)}
        .mark.many{r:3px;stroke-width:1}
        .plot a:focus{outline:none}.plot a:focus .mark,.plot a:hover .mark{stroke:var(--focus);stroke-width:5;r:5px}
        .hair{stroke:var(--text);stroke-width:1;pointer-events:none}
        .readout{position:sticky;bottom:0;margin:6px 0 0;padding:8px 12px;background:var(--raised);
        border-top:1px solid var(--rule);font-size:13px;font-variant-numeric:tabular-nums;min-height:3.4em}
        .grid2 .readout{position:static}.readout b{font-weight:600}
        .grid2{display:grid;grid-template-columns:1fr 1fr;gap:8px 28px}
        .grid2>section{min-width:0}.grid2 h4{margin:18px 0 -8px;font-size:14px;font-weight:650;overflow-wrap:anywhere}
        .grid2 .score-line{margin:10px 0 -6px;font-size:13px;color:var(--faint)}
        .scroll{overflow:auto;margin:0 0 8px;border-top:1px solid var(--rule);border-bottom:1px solid var(--rule)}
        .scroll:focus-visible,summary:focus-visible,button:focus-visible,figure:focus-visible{outline:2px solid
        var(--focus);outline-offset:2px}
        .tall{max-height:480px}.tall thead th{position:sticky;top:0;background:var(--ground);
        box-shadow:0 1px 0 var(--rule)}
        table{border-collapse:collapse;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums}
        caption{text-align:left;color:var(--faint);font-size:13px;padding:8px 0}
        th,td{padding:5px 18px 5px 0;text-align:left;vertical-align:top;font-weight:400}
        thead th{font-size:12.5px;color:var(--faint);font-weight:600;white-space:nowrap}
        tbody tr+tr>*{border-top:1px solid var(--grid)}
        .ranking thead th{white-space:normal;min-width:6.5em;vertical-align:bottom}.ranking thead th:first-child{min-width:0}
        .ranking tbody th{white-space:nowrap}
        .number{text-align:right}td.number,th.time,td.time{white-space:nowrap}
        tr.change td:nth-child(2){font-weight:650}tr.other td{color:var(--faint)}
        tr:target>*{background:var(--raised)}
        td.place{color:var(--faint)}td.verdict,td.place{white-space:nowrap}
        td.best{font-weight:650}.spread{display:block;font-weight:400;font-size:12px;white-space:nowrap}
        th button{all:unset;cursor:pointer;font-weight:600}th button:hover{color:var(--text)}
        th button:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
        th[aria-sort=ascending] button::after{content:" ↑"}th[aria-sort=descending] button::after{content:" ↓"}
        .filter{display:flex;flex-wrap:wrap;gap:8px 16px;margin:0 0 8px;font-size:13px;align-items:center}
        .filter input,.filter select{font:inherit;color:inherit;background:var(--ground);border:1px solid var(--faint);
        border-radius:4px;padding:3px 8px}
        details{margin:12px 0}summary{cursor:pointer;color:var(--there);font-size:14px;overflow-wrap:anywhere}
        pre{overflow:auto;background:var(--raised);padding:14px 16px;font:13px/1.5 ui-monospace,"Liberation Mono",
        monospace;margin:8px 0}code{font:12.5px/1.4 ui-monospace,"Liberation Mono",monospace}
        footer{padding-top:32px;padding-bottom:40px;color:var(--faint);font-size:13px}
        @media (max-width:640px){header,main,footer{padding-left:16px;padding-right:16px}header{padding-top:20px}
        h1{font-size:21px}h2{margin-top:34px}.grid2{grid-template-columns:1fr}.plot text.minor{display:none}
        .chart{padding-right:10px}figcaption .unit+.key{margin-left:0}dl.figures{grid-template-columns:1fr 1fr}
        dl.figures dd{font-size:19px}td:last-child{min-width:14em}
        .decisions thead{display:none}.decisions tr{display:grid;grid-template-columns:auto auto 1fr;
        border-top:1px solid var(--grid)}.decisions tbody tr[hidden]{display:none}
        .decisions tbody tr>td{border:0}.decisions td:last-child{grid-column:1/-1;padding-top:0}}
        """

    private static let print = """
        body,table,figcaption,pre{font-size:11px}.numbers{display:none}dl.figures{grid-template-columns:repeat(5,1fr)}
        .tall{max-height:none}.scroll{overflow:visible}.readout,.skip,.filter{display:none}
        figure,tr,li{break-inside:avoid}h2,h3,h4{break-after:avoid}header,main,footer{max-width:none;padding:0}
        details::details-content{content-visibility:visible;block-size:auto}pre{white-space:pre-wrap}
        """
}
