/// The style sheet of the status page. Nothing in it is fetched: the fonts are the reader's own.
///
/// Text has a contrast of at least 4.5 to 1 against every ground it stands on, and lines of 3 to 1, in both themes.
enum StatusStyle {
    static let css = """
        :root{--ground:#fff;--raised:#f5f6f4;--text:#1c2126;--faint:#59616a;--rule:#d9dcd6;--grid:#eceeea;--there:#2563a8;
        --over:#a34a06;--bad:#b3261e;--good:#1a7040;--focus:#2563a8;--shade:#eef0ec}
        @media (prefers-color-scheme:dark){:root{--ground:#14171a;--raised:#1d2125;--text:#e4e7ea;--faint:#9ea7b0;
        --rule:#343a40;--grid:#24292e;--there:#74aef0;--over:#eda35c;--bad:#ff8f84;--good:#67cf95;--focus:#9cc8ff;
        --shade:#20262b}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--ground);color:var(--text);font:14px/1.45 system-ui,"Liberation Sans",sans-serif;
        font-variant-numeric:tabular-nums}
        header,main,footer{max-width:1480px;margin:0 auto;padding:0 24px}
        header{display:flex;flex-wrap:wrap;gap:4px 14px;align-items:baseline;padding-top:14px;padding-bottom:12px;
        border-bottom:1px solid var(--rule);max-width:none}
        a{color:var(--there)}a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible,
        summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
        .skip{position:absolute;left:-9999px}.skip:focus{left:16px;top:8px;background:var(--ground);padding:4px 8px}
        .brand{font-weight:700;font-size:16px;color:var(--text);text-decoration:none;letter-spacing:-.01em}
        .version,.refreshed,.tick,.sub,caption,footer{color:var(--faint)}
        .role{font-size:13px;overflow-wrap:anywhere}.role.leads{color:var(--good)}.role.shadow{color:var(--over);
        margin-left:12px}
        .refreshed{margin-left:auto;font-size:13px;display:flex;gap:10px;align-items:baseline}
        button,input,select{font:inherit;color:inherit;background:var(--ground);border:1px solid var(--faint);
        border-radius:4px;padding:3px 9px}button{cursor:pointer}button:hover{background:var(--raised)}
        select{max-width:16em}input{max-width:100%}
        h1{font-size:22px;line-height:1.25;margin:22px 0 8px;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}
        h2{font-size:16px;margin:34px 0 6px;font-weight:650}
        p{margin:0 0 8px}.tick{font-size:13px;margin:10px 0 0}
        .states{display:flex;flex-wrap:wrap;gap:6px;margin:0;padding:0;list-style:none}
        .chip{display:inline-block;border:1px solid var(--rule);border-radius:11px;padding:1px 10px;font-size:13px;
        line-height:1.5;white-space:nowrap;color:var(--text);text-decoration:none}
        a.chip:hover{background:var(--raised)}a.chip[aria-current=true]{border-color:var(--text);background:var(--raised)}
        .chip::before{content:"";display:inline-block;width:8px;height:8px;border-radius:4px;margin-right:7px;
        background:var(--faint)}
        .chip.failing::before{background:var(--bad);border-radius:0}.chip.held::before,.chip.limited::before{
        background:var(--over)}.chip.limited::before{border-radius:4px 4px 0 0}
        .chip.stabilizing::before,.chip.scaling::before{background:var(--there)}.chip.scaling::before{border-radius:0 4px}
        .chip.steady::before{background:var(--good)}
        .problems,.alert{border-left:3px solid var(--bad);background:var(--raised);padding:8px 12px;margin:12px 0 0;
        overflow-wrap:anywhere}.problems{list-style:none}.problems li+li{margin-top:4px}
        .filter{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;margin:18px 0 0;font-size:13px}
        table{border-collapse:collapse;width:100%}
        caption{text-align:left;font-size:13px;padding:10px 0 6px}
        th,td{text-align:left;vertical-align:top;font-weight:400;padding:9px 18px 9px 0}
        thead th{font-size:12.5px;font-weight:600;color:var(--faint);white-space:nowrap;padding-bottom:5px;
        border-bottom:1px solid var(--rule)}
        thead a{color:inherit;text-decoration:none}thead a:hover{color:var(--text);text-decoration:underline}
        th[aria-sort=ascending] a::after{content:" ↑"}th[aria-sort=descending] a::after{content:" ↓"}
        tbody tr+tr>*{border-top:1px solid var(--grid)}
        .autoscalers{table-layout:fixed}.autoscalers thead{position:sticky;top:0;background:var(--ground)}
        .autoscalers thead th:nth-child(1){width:18%}.autoscalers thead th:nth-child(2){width:112px}
        .autoscalers thead th:nth-child(3),.autoscalers thead th:nth-child(4){width:176px}
        .autoscalers thead th:nth-child(5),.autoscalers thead th:nth-child(6){width:80px}
        .name a{font-weight:600;color:var(--text);overflow-wrap:anywhere}
        .sub{display:block;font-size:12.5px;overflow-wrap:anywhere}.replicas .sub,.usage .sub{display:inline-block}
        .now{font-weight:600;margin-right:8px;white-space:nowrap}
        .changed,.age{white-space:nowrap;color:var(--faint)}.failing .age{color:var(--bad)}
        .line{overflow-wrap:anywhere}.line .error:first-child{font-size:14px;margin:0}.error{display:block;color:var(--bad);font-size:13px;overflow-wrap:anywhere;
        margin-top:2px}
        svg{display:block;width:100%;height:34px;margin-top:4px;background:linear-gradient(var(--rule),var(--rule))
        no-repeat bottom/100% 1px}
        svg path{fill:none;vector-effect:non-scaling-stroke}
        .band{fill:var(--shade)!important}.there{fill:var(--there)!important;fill-opacity:.34}
        .desired{stroke:var(--text);stroke-width:1.3}.usage path.usage{stroke:var(--there);stroke-width:1.3}
        path.usage{stroke:var(--there);stroke-width:1.3}.target{stroke:var(--faint);stroke-dasharray:4 3}
        .over{fill:var(--over)!important;fill-opacity:.35}
        .pages{display:flex;gap:18px;align-items:baseline;padding:14px 0}.empty{padding:28px 0;color:var(--faint)}
        .back{margin:16px 0 -8px;font-size:13px}.lead{font-size:15px;max-width:110ch;overflow-wrap:anywhere}
        .lead .sub{display:inline;margin-left:6px}
        dl.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));margin:18px 0 0;
        border-top:1px solid var(--rule);border-bottom:1px solid var(--rule)}
        dl.figures div{padding:10px 12px 10px 0}dl.figures dt{font-size:13px;color:var(--faint)}
        dl.figures dd{margin:0;font-size:16px;font-weight:600;overflow-wrap:anywhere}
        figure{margin:22px 0 0}figcaption{font-size:13px;color:var(--faint);margin-bottom:4px}
        figcaption b{color:var(--text);font-weight:600;margin-right:6px}
        .plot{position:relative;margin-left:52px}.plot svg{height:150px}
        .plot span{position:absolute;right:100%;margin-right:8px;font-size:12px;color:var(--faint);white-space:nowrap}
        .plot .top{top:-3px}.plot .bottom{bottom:-6px}
        .times{display:flex;justify-content:space-between;margin:3px 0 0 52px;font-size:12px;color:var(--faint)}
        .steps{margin:0;padding:0 0 0 20px;max-width:110ch}.steps li{padding:2px 0}.steps .holds{font-weight:600}

        .scroll{overflow-x:auto}.scroll td,.scroll th{padding:6px 18px 6px 0}.scroll td:last-child{min-width:22em}
        .scroll tbody th{white-space:nowrap}.scaled td:nth-child(2){font-weight:600}
        details p{margin:6px 0 2px;color:var(--faint);max-width:100ch}summary{cursor:pointer}
        footer{padding-top:30px;padding-bottom:30px;font-size:13px}
        @media (max-width:860px){header,main,footer{padding-left:16px;padding-right:16px}
        .refreshed{width:100%;margin:0;justify-content:space-between}
        .filter label{flex:1 1 40%}.filter input,.filter select{width:100%}
        .autoscalers,.autoscalers tbody{display:block}.autoscalers thead{position:absolute;left:-9999px}
        .autoscalers caption{display:block}
        .autoscalers tr{display:grid;grid-template-columns:1fr 1fr;gap:6px 16px;padding:12px 0;
        border-top:1px solid var(--rule)}.autoscalers tr>*{padding:0;border:0!important;min-width:0}
        .autoscalers .state{text-align:right}.autoscalers .line{grid-column:1/-1;order:3}
        .autoscalers .changed,.autoscalers .age{order:4;font-size:12.5px}.autoscalers .age{grid-column:2;text-align:right}
        .changed::before{content:"changed "}.changed::after{content:" ago"}.age::before{content:"data "}
        .age::after{content:" old"}.autoscalers .none{display:none}
        .decisions,.decisions tbody,.decisions caption{display:block}.decisions thead{position:absolute;left:-9999px}
        .decisions tr{display:grid;grid-template-columns:auto auto 1fr;gap:2px 14px;padding:8px 0;
        border-top:1px solid var(--grid)}.decisions tr>*{padding:0!important;border:0!important;min-width:0!important}
        .decisions td:last-child{grid-column:1/-1}.decisions summary{overflow-wrap:anywhere}.plot{margin-left:38px}.times{margin-left:38px}}
        @media (prefers-reduced-motion:no-preference){.stale{transition:opacity .2s}}.stale{opacity:.55}
        """
}
