/// What JavaScript adds to the status page: it brings the newest of it, and stops while nobody looks.
///
/// It fetches the very page again and takes over what is marked as live, so that there is one writer of every word and of
/// every escape: the server. Elements that have not changed are left alone, and with them the focus.
enum StatusScript {
    static let text = """
        (function(){
        "use strict";
        var away=document.getElementById("away"),pause=document.getElementById("pause"),
        period=+document.body.getAttribute("data-refresh")||5000,timer=null,paused=false,busy=false,failures=0,last=new Date();
        function clock(d){return d.toTimeString().slice(0,8)}
        function take(page){
        var focus=document.activeElement,link=focus&&focus.closest("[data-live]")&&focus.getAttribute("href");
        document.querySelectorAll("[data-live]").forEach(function(old){
        var fresh=page.getElementById(old.id);if(fresh)merge(old,fresh)});
        if(link&&(document.activeElement!==focus||focus.getAttribute("href")!==link))
        document.querySelectorAll("[data-live] a").forEach(function(a){
        if(a.getAttribute("href")===link)a.focus({preventScroll:true})})}
        function key(e){return e.nodeType===1?e.getAttribute("data-key"):null}
        function mergeKeyed(old,fresh){var known=new Map(),next=old.firstChild;
        old.childNodes.forEach(function(e){known.set(key(e),e)});
        fresh.childNodes.forEach(function(f){var o=known.get(key(f));known.delete(key(f));
        if(!o)old.insertBefore(document.importNode(f,true),next);
        else{if(o===next)next=next.nextSibling;else old.insertBefore(o,next);merge(o,f)}});
        known.forEach(function(e){e.remove()})}
        function merge(old,fresh){
        if(old.isEqualNode(fresh))return;
        var a=old.childNodes,b=fresh.childNodes;
        if(old.nodeType!==1||old.nodeName!==fresh.nodeName){old.replaceWith(document.importNode(fresh,true));return}
        for(var i=0;i<fresh.attributes.length;i++){var n=fresh.attributes[i];
        if(old.getAttribute(n.name)!==n.value)old.setAttribute(n.name,n.value)}
        for(i=old.attributes.length-1;i>=0;i--){n=old.attributes[i].name;
        if(!fresh.hasAttribute(n)&&!(n==="open"&&old.nodeName==="DETAILS"))old.removeAttribute(n)}
        if(b.length&&key(b[0])!==null){mergeKeyed(old,fresh);return}
        for(i=0;i<b.length;i++){if(i<a.length)merge(a[i],b[i]);else old.appendChild(document.importNode(b[i],true))}
        while(a.length>b.length)old.removeChild(old.lastChild)}
        function show(text){if(away.textContent!==text)away.textContent=text;away.hidden=!text;
        document.querySelectorAll("[data-live]").forEach(function(e){e.classList.toggle("stale",!!text)})}
        function refresh(){if(busy)return;busy=true;timer=null;var stop=new AbortController(),limit=setTimeout(function(){stop.abort()},10000);
        fetch(location.href,{cache:"no-store",credentials:"same-origin",redirect:"error",signal:stop.signal})
        .then(function(answer){return answer.text().then(function(text){
        if(!answer.ok&&answer.status!==404)throw new Error("status "+answer.status);
        failures=0;last=new Date();show(answer.status===404?"It is not there any more.":"");
        take(new DOMParser().parseFromString(text,"text/html"))})})
        .catch(function(){failures++;
        show("The controller does not answer. What is shown is from "+clock(last)+" by this machine's clock; "
        +"it is asked again.")})
        .then(function(){busy=false;clearTimeout(limit);plan()})}
        function plan(){if(timer)clearTimeout(timer);timer=null;if(paused||document.hidden)return;
        timer=setTimeout(refresh,Math.min(period*Math.pow(2,Math.min(failures,4)),60000))}
        pause.hidden=false;
        pause.addEventListener("click",function(){paused=!paused;pause.setAttribute("aria-pressed",paused);
        pause.textContent=paused?"Go on":"Pause";if(paused)plan();else refresh()});
        document.addEventListener("visibilitychange",function(){if(document.hidden)plan();else if(!paused&&!timer)refresh()});
        document.querySelectorAll(".filter select").forEach(function(s){
        s.addEventListener("change",function(){s.form.submit()})});
        document.documentElement.setAttribute("data-script","on");plan()})();
        """
}
