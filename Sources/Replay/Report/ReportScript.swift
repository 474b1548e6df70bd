/// What JavaScript adds to a report: a crosshair with the values below it, sorting, and a filter of the decisions.
///
/// Everything is there without it. It writes text only with `textContent`, and asks for nothing.
enum ReportScript {
    static let text = """
        (function(){
        "use strict";
        function make(tag,attributes,text){var e=document.createElement(tag);for(var k in attributes)
        e.setAttribute(k,attributes[k]);if(text)e.textContent=text;return e}
        function two(n){return(n<10?"0":"")+n}
        function clock(s){var d=new Date(s*1000);return d.getUTCFullYear()+"-"+two(d.getUTCMonth()+1)+"-"+
        two(d.getUTCDate())+" "+two(d.getUTCHours())+":"+two(d.getUTCMinutes())+":"+two(d.getUTCSeconds())}
        function number(text){var t=text.replace(/[\\u202f ,]/g,"").replace(/[^0-9.eE+-].*$/,"");
        return t===""||isNaN(t)?null:+t}
        \(crosshair)
        \(tables)
        })();
        """

    private static let crosshair = """
        document.querySelectorAll("script[type='application/json']").forEach(function(source){
        var data=JSON.parse(source.textContent),box=source.parentElement;
        var plots=Array.prototype.slice.call(box.querySelectorAll("svg.plot"));
        if(!plots.length||!data.t.length)return;
        var readout=make("p",{"class":"readout","aria-live":"polite"},
        "Point at a chart, or focus one and use the arrow keys, for the values of a moment.");
        box.appendChild(readout);
        var rows=[];var list=document.getElementById(box.getAttribute("data-decisions")||"");
        if(list)list.querySelectorAll("tbody tr").forEach(function(r){rows.push([r.cells[0].textContent,
        r.cells[3].textContent])});
        var lines=plots.map(function(plot){var title=plot.querySelector(":scope>title");
        if(title){plot.setAttribute("aria-label",title.textContent);plot.removeAttribute("aria-labelledby");title.remove()}
        var l=document.createElementNS("http://www.w3.org/2000/svg","line");
        ["y1","0","y2","100%","class","hair","visibility","hidden"].forEach(function(v,i,a){
        if(i%2===0)l.setAttribute(v,a[i+1])});plot.appendChild(l);return l});
        var at=0;
        function show(i){at=Math.max(0,Math.min(data.t.length-1,i));var x=100*data.t[at]/data.span+"%";
        lines.forEach(function(l){l.setAttribute("x1",x);l.setAttribute("x2",x);l.setAttribute("visibility","visible")});
        var time=clock(data.start+data.t[at]+data.zone),why="";
        var next=at+1<data.t.length?clock(data.start+data.t[at+1]+data.zone):"9";
        var low=0,high=rows.length;while(low<high){var mid=(low+high)>>1;if(rows[mid][0]<next)low=mid+1;else high=mid}
        if(low>0)why=rows[low-1][0]+": "+rows[low-1][1];
        readout.textContent="";readout.appendChild(make("b",{},time));
        var parts=[];
        if(data.closed)parts.push("demand "+data.demand[at]+"/s");
        if(data.use[at]!==null)parts.push("utilisation "+data.use[at]+" %");
        parts.push(data.desired[at]+(data.closed?" desired, ":" asked for, ")+data.ready[at]+
        (data.closed?" ready, ":" recorded, ")+data.needed[at]+" needed");
        readout.appendChild(document.createTextNode(" · "+parts.join(" · ")));
        if(why){readout.appendChild(document.createElement("br"));readout.appendChild(document.createTextNode(why))}}
        function find(seconds){var low=0,high=data.t.length;
        while(low<high){var mid=(low+high)>>1;if(data.t[mid]<=seconds)low=mid+1;else high=mid}return low-1}
        plots.forEach(function(plot){var figure=plot.closest("figure");
        plot.addEventListener("pointermove",function(e){var r=plot.getBoundingClientRect();
        if(r.width>0)show(find((e.clientX-r.left)/r.width*data.span))});
        figure.setAttribute("tabindex","0");
        figure.addEventListener("keydown",function(e){if(e.target!==figure)return;
        var by={ArrowLeft:-1,ArrowRight:1,PageUp:-20,PageDown:20,Home:-1e9,End:1e9}[e.key];
        if(by){e.preventDefault();show(at+by)}})})});
        """

    private static let tables = """
        document.querySelectorAll("table").forEach(function(table){var body=table.tBodies[0];
        if(!body||body.rows.length<3)return;
        var cells=table.tHead?table.tHead.rows[0].cells:[];
        Array.prototype.forEach.call(cells,function(cell,column){
        var button=make("button",{type:"button"},cell.textContent);cell.textContent="";cell.appendChild(button);
        button.addEventListener("click",function(){
        var up=cell.getAttribute("aria-sort")!=="ascending";
        Array.prototype.forEach.call(cells,function(c){c.removeAttribute("aria-sort")});
        cell.setAttribute("aria-sort",up?"ascending":"descending");
        var isNumber=cell.classList.contains("number");
        var rows=Array.prototype.map.call(body.rows,function(r,i){var t=r.cells[column].textContent;
        return[r,isNumber?number(t):t,i]});
        rows.sort(function(a,b){var x=a[1],y=b[1];if(x===y)return a[2]-b[2];if(x===null)return 1;if(y===null)return -1;
        return(x<y?-1:1)*(up?1:-1)});
        rows.forEach(function(r){body.appendChild(r[0])})})})});
        document.querySelectorAll(".decisions").forEach(function(box){
        var rows=Array.prototype.slice.call(box.querySelectorAll("tbody tr"));if(rows.length<2)return;
        var bar=make("div",{"class":"filter"}),kind=make("select",{}),word=make("input",{type:"search"});
        [["change held","changes and newly held"],["change","changes"],["held","newly held"],["change held other",
        "every one listed"]].forEach(function(o){kind.appendChild(make("option",{value:o[0]},o[1]))});
        var first=make("label",{},"Show "),second=make("label",{},"with the words "),count=make("output",{});
        first.appendChild(kind);second.appendChild(word);bar.appendChild(first);bar.appendChild(second);
        bar.appendChild(count);box.parentElement.insertBefore(bar,box);
        function apply(){var w=word.value.toLowerCase(),n=0;rows.forEach(function(r){
        var keep=kind.value.split(" ").indexOf(r.className)>=0&&(!w||r.textContent.toLowerCase().indexOf(w)>=0);
        r.hidden=!keep;if(keep)n++});count.textContent=n+" of "+rows.length}
        kind.addEventListener("change",apply);word.addEventListener("input",apply);apply();
        window.addEventListener("hashchange",function(){var r=document.getElementById(location.hash.slice(1));
        if(r&&r.hidden&&box.contains(r)){kind.value="change held other";word.value="";apply();r.scrollIntoView()}})});
        """
}
