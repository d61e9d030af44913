"""Small programs, each with what it sends: what Node.js sends for it."""

from __future__ import annotations

import pytest
from evaluating import calls_of

HEAD = (
    "const axios = require('axios'); const B = 'https://api.hubapi.com'; "
    "const get = p => axios.get(B + p + '?hapikey=' + process.env.K);\n"
)
PROGRAMS = {
    "what is done in an arm is done in that arm": (
        "const once = (f => { let d, r; return (x) => d ? r : (d = true, r = f(x)); })(x => 'v' + x); once(1); "
        "get('/oa/' + once(2)); const o = {}; const c = false && (o.z = 9, 1); get('/ob/' + c + o.z);",
        ["/oa/v1", "/ob/falseundefined"],
    ),
    "sets of numbers, and parts of texts": (
        "const s = new Set([3, 1, 3]); s.add(1); s.delete(3); get('/sa/' + [...s].join('-') + s.size); "
        "get('/sb/' + 'a-b-c'.split('-', 2).join('+') + 'abc'.split('').reverse().join('')); "
        "let t = ''; for (const ch of 'ab') t += ch + '.'; get('/sc/' + t + 'x'); "
        "get('/sd/' + [1, 2, 3].findLast(x => x < 3) + parseFloat('1.5e2x'));",
        ["/sa/11", "/sb/a+bcba", "/sc/a.b.x", "/sd/2150"],
    ),
    "a method on another object": (
        "const o = {n: 'o', f() { return '/ba/' + this.n; }}; get(o.f.bind({n: 'p'})()); get(o.f.call({n: 'q'})); get(o.f());",
        ["/ba/o", "/ba/p", "/ba/q"],
    ),
    "addresses above": (
        "get('/ua' + new URL('../c?d=1', 'https://h.com/a/b/').pathname + new URL('./e', 'https://h.com/a/b').pathname);",
        ["/ua/a/c/a/e"],
    ),
    "state of others": (
        "class Q { open = false; constructor() { this.waiting = []; } start() { this.open = true; } "
        "add(x) { this.waiting.push(x); } flush() { if (!this.open) return; for (const x of this.waiting) get('/qa'); } }\n"
        "const S = {live: false}; let on = false; const W = [];\n"
        "function set(x) { S.live = true; on = true; W.push(x); }\n"
        "function run() { if (S.live) get('/qb'); if (on) get('/qc'); while (W.length) { get('/qd'); W.pop(); } }\n"
        "module.exports = {Q, set, run};",
        ["/qa", "/qb", "/qc", "/qd"],
    ),
    "state that is filled": (
        "class C { constructor() { this.rows = {}; this.seen = new Map(); this.names = []; this.kind = ''; } "
        "put(k, v) { this.rows[k] = v; this.seen.set(k, v); this.names = [...this.names, k]; this.kind += 'x'; } "
        "push() { for (const k in this.rows) get('/ca'); if (this.seen.has('x')) get('/cb'); "
        "for (const n of this.names) get('/cc'); if (this.kind) get('/cd'); } }\n"
        "function make() { let on = false; const list = []; return { enable() { on = true; list.push(1); }, "
        "run() { if (on) get('/ce'); if (list.length) get('/cf'); } }; }\nmodule.exports = {C, make};",
        ["/ca", "/cb", "/cc", "/cd", "/ce", "/cf"],
    ),
    "default of a parameter": (
        "function run(method = 'GET', n = 0) { if (method === 'POST') get('/da'); if (n > 5) get('/db'); } "
        "function known(n = 0) { if (n) get('/never'); }\nknown(); get('/dc'); module.exports = {run};",
        ["/da", "/db", "/dc"],
    ),
    "parts of a list that may be empty": (
        "module.exports = (r) => { const ids = (r.found || []).map(x => x.id); "
        "for (let i = 0; i < ids.length; i += 2) ids.slice(i, i + 2).forEach(x => get('/pa/' + x)); "
        "ids.splice(r.at, 1).forEach(x => get('/pb/' + x)); };",
        ["/pa/{x}", "/pb/{x}"],
    ),
    "keys of objects and maps": (
        "const m = new Map([[7, 'n']]); m.set('7', 't'); get('/ma/' + m.get(7) + m.get('7') + '/' + m.size); "
        "m.delete(7); if (m.has(7)) get('/never'); if (m.has('7')) get('/mb'); "
        "const o = {y: 1, 12: 1, x: 1, 3: 1}; get('/mc/' + Object.keys(o).join('-')); for (const k in {b: 1, 2: 1}) { get('/md/' + k); break; }",
        ["/ma/nt/2", "/mb", "/mc/3-12-y-x", "/md/2"],
    ),
    "numbers as text": (
        "get('/na/' + [1e21, 1e20, 5e-7, 0.000025, -2.5, -0, 123456789012345680000].join('/')); "
        "get('/nb/' + (255).toString(16) + '/' + (5).toString(2) + '/' + (7).toString());",
        ["/na/1e+21/100000000000000000000/5e-7/0.000025/-2.5/0/123456789012345680000", "/nb/ff/101/7"],
    ),
    "what copies share": (
        "const a = {p: '/ca', q: {r: '/cb'}}; const b = JSON.parse(JSON.stringify(a)); b.p = '/never'; b.q.r = '/cc'; "
        "const c = structuredClone(a); c.q.r = '/never'; get(a.p); get(a.q.r); get(b.q.r); const d = {...a}; d.q.r = '/cd'; get(a.q.r);",
        ["/ca", "/cb", "/cc", "/cd"],
    ),
    "setters of objects": (
        "const o = { _p: '', get path() { return this._p; }, set path(x) { this._p = '/so/' + x; } }; o.path = 'a'; get(o.path); "
        "const w = { set path(x) { get('/sw/' + x); } }; w.path = 'b';",
        ["/so/a", "/sw/b"],
    ),
    "order by a function": (
        "get('/oa/' + [10, 9, 1].sort((x, y) => x - y).join('-')); "
        "const l = [{k: 'b', n: 2}, {k: 'a', n: 1}]; l.sort((x, y) => x.k < y.k ? -1 : 1); get('/ob/' + l.map(x => x.n).join('-')); "
        "module.exports = f => ['c', 'd'].sort(f).forEach(x => get('/oc/' + x));",
        ["/oa/1-9-10", "/ob/1-2", "/oc/c", "/oc/d"],
    ),
    "parts that are not there": (
        "const [x, y = 'z'] = ['q']; get('/pa/' + x + y); const {b: [, c = 'd'] = []} = {b: [1]}; get('/pb/' + c); "
        "const n = ['a']; if (n[1]) get('/never'); if (n[1] === undefined) get('/pc');",
        ["/pa/qz", "/pb/d", "/pc"],
    ),
    "promises of several": (
        "Promise.race([Promise.resolve('/ra')]).then(get); Promise.any([Promise.resolve('/rb')]).then(get); "
        "Promise.allSettled(['/rc'].map(async p => p)).then(all => all.forEach(one => get(one.value)));",
        ["/ra", "/rb", "/rc"],
    ),
    "arguments of timers": (
        "setTimeout(get, 5, '/ta'); setImmediate(get, '/tb'); process.nextTick(get, '/tc');",
        ["/ta", "/tb", "/tc"],
    ),
    "state of its own": (
        "class J { constructor() { this.ready = false; } prepare() { this.ready = true; } "
        "run() { if (this.ready) get('/never'); get('/ja'); } }\nnew J().run();",
        ["/ja"],
    ),
    "map get set": (
        "const m=new Map(); m.set('a','/ma/v1'); m.set('b','/mb/v1'); get(m.get('b'));",
        ["/mb/v1"],
    ),
    "map foreach": (
        "const m=new Map([['x','/fx/v1'],['y','/fy/v1']]); m.forEach((v,k)=>get(v+'/'+k));",
        ["/fx/v1/x", "/fy/v1/y"],
    ),
    "map for of": (
        "const m=new Map([['x','/ox/v1'],['y','/oy/v1']]); for (const [k,v] of m) get(v+'/'+k);",
        ["/ox/v1/x", "/oy/v1/y"],
    ),
    "map keys": (
        "const m=new Map([['k1',1],['k2',2]]); for (const k of m.keys()) get('/mk/'+k);",
        ["/mk/k1", "/mk/k2"],
    ),
    "map values array from": (
        "const m=new Map([['k1','/va'],['k2','/vb']]); Array.from(m.values()).forEach(v=>get(v));",
        ["/va", "/vb"],
    ),
    "map has branch": (
        "const m=new Map([['k1','/h1']]); get(m.has('k1')? m.get('k1') : '/never');",
        ["/h1"],
    ),
    "map chain set": (
        "const m=new Map().set('a','/cs/v1').set('b','/ct/v1'); get(m.get('a'));",
        ["/cs/v1"],
    ),
    "set add spread": (
        "const s=new Set(); s.add('/sa'); s.add('/sb'); [...s].forEach(p=>get(p));",
        ["/sa", "/sb"],
    ),
    "number div": (
        "get('/d/'+(7/2)+'/'+(8/2));",
        ["/d/3.5/4"],
    ),
    "number mod pow": (
        "get('/p/'+(7%4)+'/'+(2**5));",
        ["/p/3/32"],
    ),
    "number minus text": (
        "get('/u/'+('5'-2));",
        ["/u/3"],
    ),
    "parse int": (
        "get('/pi/'+(parseInt('12',10)+1)+'/'+Number('3'));",
        ["/pi/13/3"],
    ),
    "pad start": (
        "get('/pad/'+String(7).padStart(3,'0'));",
        ["/pad/007"],
    ),
    "array from length": (
        "Array.from({length:2},(_, i)=>get('/af/'+i));",
        ["/af/0", "/af/1"],
    ),
    "entries index": (
        "for (const [i,x] of ['a','b'].entries()) get('/en/'+i+'/'+x);",
        ["/en/0/a", "/en/1/b"],
    ),
    "reduce right": (
        "get('/'+['a','b','c'].reduceRight((acc,x)=>acc+x));",
        ["/cba"],
    ),
    "class getter": (
        "class A{constructor(){this.v='3'} get path(){return '/cg/v'+this.v} static get root(){return '/cr'}} get(new A().path); get(A.root);",
        ["/cg/v3", "/cr"],
    ),
    "setter": (
        "class A{set base(v){this._b='/set'+v} get base(){return this._b}} const a=new A(); a.base='/z'; get(a.base);",
        ["/set/z"],
    ),
    "define property": (
        "const o={}; Object.defineProperty(o,'u',{get(){return '/dp/v1'}}); get(o.u);",
        ["/dp/v1"],
    ),
    "while pop": (
        "const q=['/wp1','/wp2']; let x; while((x=q.pop())) get(x);",
        ["/wp1", "/wp2"],
    ),
    "async reduce": (
        "(async()=>{ await ['/ar1','/ar2'].reduce(async (p,x)=>{ await p; await get(x); }, Promise.resolve()); })();",
        ["/ar1", "/ar2"],
    ),
    "generator next": (
        "function* g(){ yield '/gn1'; yield '/gn2'; } const it=g(); get(it.next().value); get(it.next().value);",
        ["/gn1", "/gn2"],
    ),
    "compose": (
        "const comp=(...f)=>x=>f.reduceRight((a,g)=>g(a),x); comp(x=>get(x), x=>'/cm'+x)('/z');",
        ["/cm/z"],
    ),
    "replace fn": (
        "get('/r/{a}/{b}'.replace(/\\{(\\w+)\\}/g,(_,k)=>({a:'1',b:'2'})[k]));",
        ["/r/1/2"],
    ),
    "instanceof": (
        "class A{} const a=new A(); get(a instanceof A ? '/ins':'/not');",
        ["/ins"],
    ),
    "sort join": (
        "get('/'+['b','a'].sort().join('/'));",
        ["/a/b"],
    ),
    "index of": (
        "const l=['/z0','/z1']; get(l[l.indexOf('/z1')]); get(l.at(-1)); get(l[l.length-1]);",
        ["/z1"],
    ),
    "splice": (
        "const a=['/p1','/p2','/p3']; a.splice(1,1); a.forEach(p=>get(p));",
        ["/p1", "/p3"],
    ),
    "some every": (
        "get([1,2].some(x=>x>1)?'/some':'/none');",
        ["/some"],
    ),
    "default undefined": (
        "function f(a='/du'){get(a)} f(undefined); f('/du2');",
        ["/du", "/du2"],
    ),
    "weakmap private": (
        "const W=new WeakMap(); class A{constructor(){W.set(this,{p:'/wm'})} go(){get(W.get(this).p)}} new A().go();",
        ["/wm"],
    ),
    "util promisify": (
        "const {promisify}=require('util'); const f=(x,cb)=>cb(null,'/up'+x); promisify(f)('/1').then(p=>get(p));",
        ["/up/1"],
    ),
    "for counter bound": (
        "for (let i=1;i<=2;i++) get('/fc/v'+i);",
        ["/fc/v1", "/fc/v2"],
    ),
    "bitwise": (
        "get('/bw/'+(5|2)+'/'+(1<<3)+'/'+~~7.9);",
        ["/bw/7/8/7"],
    ),
    "math": (
        "get('/mm/'+Math.max(1,4)+'/'+Math.floor(7/2)+'/'+Math.ceil(1.2));",
        ["/mm/4/3/2"],
    ),
    "char at": (
        "get('/ch/'+'abc'[1]+'abc'.charAt(2)+'abcdef'.substring(1,3)+'abcdef'.slice(-2));",
        ["/ch/bcbcef"],
    ),
    "repeat concat": (
        "get('/'.concat('a','/','b')+'x'.repeat(3));",
        ["/a/bxxx"],
    ),
    "nan falsy": (
        "get(NaN?'/nt':'/nf'); get('0'?'/zt':'/zf'); get([].length?'/l':'/e');",
        ["/e", "/nf", "/zt"],
    ),
    "date year": (
        "get('/fixed/'+new Array(3).join('x'));",
        ["/fixed/xx"],
    ),
    "array fill": (
        "new Array(2).fill('/fill').forEach((p,i)=>get(p+i));",
        ["/fill0", "/fill1"],
    ),
    "copy within reverse": (
        "['/rv1','/rv2'].reverse().slice(0,1).forEach(p=>get(p));",
        ["/rv2"],
    ),
    "reflect get": (
        "get(Reflect.get({a:'/rg'},'a'));",
        ["/rg"],
    ),
    "flat": (
        "[['/fl/a'],['/fl/b']].flat().forEach(p=>get(p));",
        ["/fl/a", "/fl/b"],
    ),
    "a closure of each round": (
        "const later=[]; for (const kind of ['deals','tickets']) later.push(() => get('/o/'+kind)); later.forEach(f=>f());",
        ["/o/deals", "/o/tickets"],
    ),
    "a closure of each round sees what the round leaves": (
        "const fs=[]; for (let p of ['/1','/2']) { const ask=()=>send(); const send=()=>get(p); p=p+'/x'; fs.push(ask); } "
        "for (const f of fs) f();",
        ["/1/x", "/2/x"],
    ),
    "closures of rounds in rounds": (
        "const fs=[]; for (const a of ['x','y']) for (let i=1;i<3;i++) { class Ask { now(){ return get('/'+a+i) } } "
        "fs.push(new Ask()); } fs.forEach(one=>one.now());",
        ["/x1", "/x2", "/y1", "/y2"],
    ),
    "closures of var are one": (
        "var fs=[]; for (var a of ['x','y']) { fs.push(() => get('/'+a)); } fs.forEach(f=>f());",
        ["/y"],
    ),
    "what all rounds share": (
        "let n=0; const fs=[]; for (const a of ['x','y']) { n++; fs.push(() => get('/'+a+n)); } fs.forEach(f=>f());",
        ["/x2", "/y2"],
    ),
    "break leaves the loop for sure": (
        "for (const p of ['/a','/b']) { get(p); break; } let f=false; for (const p of ['/c']) { if (p==='/d') f=true; } "
        "get(f?'/yes':'/no');",
        ["/a", "/no"],
    ),
    "break of an outer loop": (
        "all: for (const a of ['x','y']) { for (const b of ['1','2']) { get('/'+a+b); if (b==='1') break all; } get('/no'); }",
        ["/x1"],
    ),
    "continue of an outer loop": (
        "all: for (const a of ['x','y']) { for (const b of ['1','2']) { get('/'+a+b); if (b==='1') continue all; } get('/no'); }",
        ["/x1", "/y1"],
    ),
    "continue inside of a switch": (
        "for (const a of ['x','y']) { switch (a) { case 'x': if (a.length) continue; break; default: get('/d'); } get('/'+a); }",
        ["/d", "/y"],
    ),
    "continue and break inside of a switch": (
        "for (const a of ['x','y','z']) { switch (a) { case 'x': if (a) continue; case 'y': if (a) break; get('/no'); } get('/'+a); }",
        ["/y", "/z"],
    ),
    "break of a block": (
        "part: { get('/1'); if ('k'.length) break part; get('/no'); } get('/2');",
        ["/1", "/2"],
    ),
    "a tag puts a template together": (
        "const path=(texts,...ids)=>texts.reduce((all,one,at)=>all+one+(at<ids.length?encodeURIComponent(ids[at]):''),''); "
        "get(path`/c/${'a b'}/e`);",
        ["/c/a%20b/e"],
    ),
    "a template as it is written": (
        "get(String.raw`/raw/${'v1'}`); function first(texts){ return texts.raw[0] } get(first`/own/${'x'}`);",
        ["/own/", "/raw/v1"],
    ),
    "what an object gives a loop": (
        "const pages={ *[Symbol.iterator](){ yield '/p1'; yield '/p2'; } }; for (const p of pages) get(p); [...pages].map(p=>get('/s'+p));",
        ["/p1", "/p2", "/s/p1", "/s/p2"],
    ),
    "an iterator by hand": (
        "class Ids { constructor(){ this.ids=['7','8'] } [Symbol.iterator](){ let at=0; const ids=this.ids; "
        "return { next(){ return at<ids.length ? { value: ids[at++], done: false } : { done: true } } } } } "
        "for (const id of new Ids()) get('/i/'+id);",
        ["/i/7", "/i/8"],
    ),
    "an iterator of a list, and one of promises": (
        "class L { constructor(){ this.all=['/l'] } [Symbol.iterator](){ return this.all[Symbol.iterator]() } } "
        "const o={ async *[Symbol.asyncIterator](){ yield '/a' } }; for (const p of new L()) get(p); "
        "(async()=>{ for await (const p of o) get(p); })();",
        ["/a", "/l"],
    ),
    "a method whose name is a value": (
        "const name='list'; class C { [name](){ return get('/listed') } } new C().list();",
        ["/listed"],
    ),
    "loosely equal": (
        "get(1=='1'?'/a':'/no'); get(0==''?'/b':'/no'); get(null==undefined?'/c':'/no'); get(null==0?'/no':'/d'); get(true=='1'?'/e':'/no');",
        ["/a", "/b", "/c", "/d", "/e"],
    ),
    "what is no object is no instance": (
        "class A {} get('x' instanceof A?'/no':'/a'); get(undefined instanceof FormData?'/no':'/b'); get(new A() instanceof A?'/c':'/no');",
        ["/a", "/b", "/c"],
    ),
    "strictly equal": (
        "get(1==='1'?'/no':'/a'); get(true===1?'/no':'/b'); get(typeof null==='object'?'/c':'/no'); switch ('1') { case 1: get('/no'); break; case '1': get('/d'); }",
        ["/a", "/b", "/c", "/d"],
    ),
    "texts in order": (
        "get('a'<'b'?'/a':'/no'); get('10'<'9'?'/b':'/no'); get('10'<9?'/no':'/c'); get('B'<'a'?'/d':'/no'); get('x'<1?'/no':'/e');",
        ["/a", "/b", "/c", "/d", "/e"],
    ),
    "a place of a list": (
        "get(0 in ['q']?'/a':'/no'); get('q' in ['q']?'/no':'/b');",
        ["/a", "/b"],
    ),
    "null is no default": (
        "const { a='/no' }={ a:null }; get('/g/'+a); const f=(b='/no')=>get('/f/'+b); f(null); const { c='/c' }={}; get(c);",
        ["/c", "/f/{null}", "/g/{null}"],
    ),
    "counted afterwards": (
        "let i=1; get('/'+i++); get('/'+i); get('/'+ ++i); const ps=['/p','/q']; let at=0; get(ps[at++]); get(ps[at]);",
        ["/1", "/2", "/3", "/p", "/q"],
    ),
    "an address without a scheme": (
        "const u=new URL('//api.hubapi.com/schemeless','https://example.com'); axios.get(u.href+'?hapikey='+process.env.K);",
        ["/schemeless"],
    ),
    "a default decides no condition": (
        "const mode=process.env.MODE||'dev'; if (mode==='live') get('/live/'+mode); else get('/'+mode); "
        "const most=Number(process.env.MOST||'5'); if (most>9) get('/many'); "
        "const [major]=(process.env.LEAST||'2.0').split('.').map(Number); if (major<2) get('/old'); get('/v'+major);",
        ["/dev", "/live/live", "/many", "/old", "/v2"],
    ),
    "what a function adds as often as there are items": (
        "async function run(rows){ const out=[]; let n=0; rows.forEach(row=>{ out.push(row.id); n++; }); if (n>3) get('/n'); "
        "if (out.length>1) get('/length'); for (const id of out.slice(1)) get('/rest'); "
        "if (out.filter(Boolean).length===0) return; get('/some') } module.exports=run;",
        ["/length", "/n", "/rest", "/some"],
    ),
    "methods of a list that another one borrows": (
        "function a(){ var l=[].slice.call(arguments,1); get(l[0]) } a(0,'/a'); function b(){ [].forEach.call(arguments, p=>get(p)) } b('/b'); "
        "function c(){ for (var n=arguments.length,l=Array(n),k=0;k<n;k++) l[k]=arguments[k]; get(l[0]) } c('/c'); "
        "var slice=Array.prototype.slice; function d(){ get(slice.apply(arguments,[0,1]).join('')) } d('/d','/e'); "
        "String.prototype.split.call('/f,/g', ',').map(get)",
        ["/a", "/b", "/c", "/d", "/f", "/g"],
    ),
    "places behind the end of a list": (
        "const l=[]; l[0]='/a'; l[l.length]='/b'; l[3]='/d'; get(l.slice(0,2).join('')+'/'+l.length)",
        ["/a/b/4"],
    ),
    "what a text of JSON tells": (
        'const o=JSON.parse(\'{"p":"/a","l":[1,{"q":"/b"}]}\'); get(o.p+o.l[1].q+\'/\'+o.l[0])',
        ["/a/b/1"],
    ),
    "a variable that is declared again": ("let a=b='/kept'; var b; get(a+b)", ["/kept/kept"]),
    "places of a list that hold nothing": (
        "const l=[,'/a',,'/b',]; get('/'+l.length+l[1]); get('/'+['x',,'y'].join('-'))",
        ["/4/a", "/x--y"],
    ),
    "what a generator returns": (
        "function* a(){ const x=yield* b(); get('/got'+x) } function* b(){ yield '/one'; return '/end' } for (const p of a()) get(p); "
        "const it=b(); it.next(); get(it.next().value+'/last')",
        ["/end/last", "/got/end", "/one"],
    ),
    "a counter that functions share": (
        "var fs=[]; for (var i=0;i<3;i++) fs.push(()=>get('/v'+i)); fs.forEach(f=>f()); for (let j=0;j<2;j++) get('/w'+j)",
        ["/v3", "/w0", "/w1"],
    ),
    "a list in a list in a list": ("get('/'+[1,[2,[3,[4]]]].flat(Infinity).join('/')+'x'.charAt(3))", ["/1/2/3/4"]),
    "what only one value names": (
        "const go=Symbol('go'), stop=Symbol('go'); const o={[go]:'/go',[stop]:'/stop'}; get(o[go]); "
        "class A { [go]() { get('/method') } run() { this[go]() } } new A().run()",
        ["/go", "/method"],
    ),
    "a path of its parts": (
        "const path=require('path'), join=require('url-join'); get(path.join('/a','..','b',`./c`)); get(path.posix.join('/d/', id, 'e')); "
        "get('/'+path.basename('x/f.json','.json')+path.extname('g.js')); get(join('/h/', '/i', ['j'], '?k=1')); "
        "for (const p of ['/l','m']) get(join('/n', p))",
        ["/b/c", "/d/{id}/e", "/f.js", "/h/i/j", "/n/l", "/n/m"],
    ),
    "what stands under keys that are not known": (
        "async function run(rows){ const by=rows.reduce((all,row)=>{ if(!all[row.k]) all[row.k]=[]; all[row.k].push(row); return all },{}); "
        "for (const group of Object.values(by).filter(one=>one.length>1)) { const [first,...others]=group.sort(); others.forEach(()=>get('/others')); "
        "for (const one of group.slice(1)) get('/sliced'); } "
        "const seen=new Map(); for (const row of rows) { const list=seen.get(row.k)||[]; list.push(row); seen.set(row.k,list); } "
        "for (const [k,list] of seen) list.slice(1).forEach(()=>get('/mapped')); "
        "const ids=[].concat(...Array.from(seen.values()).map(list=>list.map(one=>one.id))); if (!ids.length) return; get('/joined') } module.exports=run;",
        ["/joined", "/mapped", "/others", "/sliced"],
    ),
    "objects that are frozen, in whole or in part": (
        "const f = Object.freeze({p: '/fa', i: {q: '/fb'}}); f.p = '/x'; delete f.p; f.n = '/y'; f.i.q = '/fc'; "
        "get(f.p + f.i.q); const d = {}; Object.defineProperty(d, 'p', {value: '/fd'}); d.p = '/x'; get(d.p); "
        "const w = {}; Object.defineProperty(w, 'p', {value: '/x', writable: true}); w.p = '/fe'; get(w.p); "
        "const g = {get p() { return '/ff'; }}; g.p = '/x'; get(g.p); "
        "class A { get p() { return '/fg'; } } const a = new A(); a.p = '/x'; get(a.p); "
        "const o = {p: '/x'}; if (process.env.Z) { o.p = '/fh'; } else { o.p = '/fi'; Object.freeze(o); } get(o.p);",
        ["/fa/fc", "/fd", "/fe", "/ff", "/fg", "/fh", "/fi"],
    ),
    "objects that are frozen on one way": (
        "const o = {p: '/wa'}; if (process.env.PROD) Object.freeze(o); o.p = '/wb'; get(o.p); "
        "const d = {p: '/wc'}; function lock() { Object.freeze(d); } function send() { d.p = '/wd'; get(d.p); } "
        "const e = {p: '/we'}; if (process.env.PROD) Object.freeze(e); delete e.p; if (e.p) get(e.p); "
        "module.exports = {lock, send};",
        ["/wa", "/wb", "/wd", "/we"],
    ),
    "what a constructor gives in the place of its object": (
        "class A { constructor() { this.p = '/x'; return {p: '/ca'}; } } get(new A().p); "
        "class B { constructor() { this.p = '/cb'; return 5; } } get(new B().p); "
        "function F() { this.p = '/x'; return {p: '/cc'}; } get(new F().p);",
        ["/ca", "/cb", "/cc"],
    ),
    "what a finally returns": (
        "const f = () => { try { return '/x'; } finally { return '/ra'; } }; get(f()); "
        "const g = () => { let p = '/rb'; try { return p; } finally { p = '/x'; } }; get(g());",
        ["/ra", "/rb"],
    ),
    "static and other members of one name": (
        "class A { static x() { return '/ma'; } x() { return '/mb'; } static y() { return '/mc'; } } "
        "get(new A().x()); get(A.x()); get(A.y());",
        ["/ma", "/mb", "/mc"],
    ),
    "symbols are no names": (
        "const S = Symbol('s'); const o = {[S]: '/sa', p: '/sb'}; get(o[S] + '/' + Object.keys(o).join('-')); "
        "get(Object.values(o).join('')); get({...o}[S]);",
        ["/sa", "/sa/p", "/sb"],
    ),
    "texts as they are written": (
        "get('/' + String.raw`a\\tb`.length + `a\\tb`.length + '\U0001f600'.length);",
        ["/432"],
    ),
    "lists that are made shorter, longer, or copied": (
        "const a = ['/la', '/x']; a.length = 1; get(a.join('') + a.length); const b = ['x', 'y']; delete b[0]; "
        "get('/lb' + b.length + b.join('-')); const c = ['/lc', '/la']; const d = c.toSorted(); get(c[0] + d[0]); "
        "get([1, 2, 3].toReversed().join('/').replace(/^/, '/ld')); get('/le' + ['x', 'y'].with(0, 'z').join('')); "
        "const e = ['x']; e.length = 0; get('/lf' + e.length + 'abc'[-1]);",
        ["/la1", "/lb2-y", "/lc/la", "/ld3/2/1", "/lezy", "/lf0undefined"],
    ),
    "promises that are not kept": (
        "Promise.reject('/pa').then(() => '/x').catch(e => e + '/b').then(get); "
        "Promise.resolve('/x').then(() => { throw new Error('y'); }).then(() => '/x', () => '/pc').then(get); "
        "Promise.resolve('/pd').catch(() => '/x').then(get); "
        "Promise.allSettled([Promise.resolve('/pe'), Promise.reject('no')]).then(r => get(r[0].value + r[1].status)); "
        "Promise.any([Promise.reject('/x'), Promise.resolve('/pf')]).then(get);",
        ["/pa/b", "/pc", "/pd", "/perejected", "/pf"],
    ),
    "a name that begins as that of the prototype": ("const o = {__proto__x: '/qz'}; get(o.__proto__x);", ["/qz"]),
    "half of a number goes up": ("get('/na' + (2.5).toFixed(0) + (1.005).toFixed(2));", ["/na31.00"]),
    "what deleting gives": (
        "const o = {p: 1, q: '/da'}; const r = delete o.p; get(o.q + ('p' in o) + r);",
        ["/dafalsetrue"],
    ),
    "what a body did before it failed": (
        "let p = '/ta'; try { p = '/tb'; throw 1; } catch (e) { get(p + '/h'); } "
        "let q = ''; try { try { throw 1; } finally { q += '/i'; } } catch (e) { q += '/o'; } get('/tc' + q); "
        "let r = '/td'; try { r = '/te'; } catch (e) { r = '/tf'; } get(r);",
        ["/tb/h", "/tc/i/o", "/te", "/tf"],
    ),
    "what a function is told of an item": (
        "get('/ia' + ['a', 'b', 'a'].filter((x, i, s) => s.indexOf(x) === i).join('')); "
        "get('/ib' + [1, 2].some((x, i) => i === 5) + [4, 5].find((x, i) => i === 1) + Array.isArray({}));",
        ["/iaab", "/ibfalse5false"],
    ),
    "what stands before the first item": ("const a = ['/x', '/y']; get('/ba' + a[-1] + a.at(-1));", ["/baundefined/y"]),
    "an object that is written with what it inherits": (
        "const a = {p: '/oa', q: '/x'}; const b = {q: '/ob', __proto__: a}; get(b.p + b.q);",
        ["/oa/ob"],
    ),
    "questions to a part of a text": (
        "get('/qa' + 'abc'.startsWith('b', 1) + 'abc'.endsWith('b', 2) + 'abc'.includes('b', 2) + 'abc'.includes('b'));",
        ["/qatruetruefalsetrue"],
    ),
    "functions of lodash and of Node.js": (
        "const _ = require('lodash'), u = require('util'), l = require('url'); "
        "get(_.get({}, 'x.y', '/na') + _.get({a: [{b: '/nb'}]}, 'a[0].b') + _.get({a: {b: '/nc'}}, ['a', 'b'])); "
        "const m = _.merge({a: {x: '/nd', z: '/x'}}, {a: {y: '/ne', z: '/nf'}}); get(m.a.x + m.a.y + m.a.z); "
        "let p = ''; _.each({a: 1, b: 2}, (v, k) => { p += '/' + k + v; }); get('/ng' + p); "
        "get(u.format('/nh%s', 'a', 'b').replace(' ', '-')); get(l.format({pathname: '/ni'}));",
        ["/na/nb/nc", "/nd/ne/nf", "/ng/a1/b2", "/nha-b", "/ni"],
    ),
}


@pytest.mark.parametrize(("program", "paths"), PROGRAMS.values(), ids=PROGRAMS)
def test_what_a_program_sends(program: str, paths: list[str]) -> None:
    assert sorted({call.endpoint for call in calls_of({"a.js": HEAD + program}) if call.endpoint}) == paths


TYPED = {
    "enumerations count on from what they are told, and know the names of their numbers": (
        "enum N { A, B = 5, C, D = 'd', E = 1 << 3, F = E | 1 } "
        "get(`/ea${N.C}${N[5]}${N.A}${N.D}${N.F}`); get('/eb' + Object.keys(N).length);",
        ["/ea6B0d9", "/eb11"],
    ),
    "enumerations and namespaces of one name are one": (
        "enum M { A = '/na' } namespace M { export const f = () => '/nb'; } get(M.A + M.f()); "
        "namespace O { export const p = '/nc'; } namespace O { export const q = '/nd'; } get(O.p + O.q);",
        ["/na/nb", "/nc/nd"],
    ),
    "decorators of the program's own": (
        "function D(p: string) { return (t: any) => { t.p = p; }; } @D('/da') class A { static p: string; } get(A.p); "
        "function W(t: any, k: string, d: any) { const o = d.value; "
        "d.value = function (...a: any[]) { return '/db' + o.apply(this, a); }; } "
        "class B { @W m(x: string) { return x; } n() { return '/dc'; } } get(new B().m('/x')); get(new B().n()); "
        "function N(m: any, c: any) { return function () { return '/dd' + m.call(this); }; } "
        "export class C { @N m() { return '/y'; } } get(new C().m());",
        ["/da", "/db/x", "/dc", "/dd/y"],
    ),
}


@pytest.mark.parametrize(("program", "paths"), TYPED.values(), ids=TYPED)
def test_what_a_program_of_typescript_sends(program: str, paths: list[str]) -> None:
    head = HEAD.replace("const axios = require('axios')", "import axios from 'axios'").replace("p =>", "(p: string) =>")
    assert sorted({call.endpoint for call in calls_of({"a.ts": head + program}) if call.endpoint}) == paths


def test_a_function_that_nobody_knows_may_add_a_credential_and_its_method_may_be_a_member() -> None:
    program = (
        "const lib = require('@x/framework');\n"
        "exports.f = t => lib.client.sendRequest({method: lib.HttpMethod.POST, url: 'https://api.hubapi.com/a/v1', "
        "authentication: {token: t}});\n"
        "exports.g = t => lib.client.sendRequest({method: lib.Kind.POST, url: 'https://api.hubapi.com/b/v1', "
        "headers: {Authorization: `Bearer ${t}`}});\n"
    )
    sent = {
        (call.method, call.endpoint, *(auth.carrier.value for auth in call.auth))
        for call in calls_of({"a.js": program})
    }
    assert sent == {("POST", "/a/v1", "unknown"), (None, "/b/v1", "bearer")}


def test_scripts_of_a_page_share_what_they_declare() -> None:
    files = {
        "web/js/config.js": "var BASE = 'https://api.hubapi.com';\nconst KEY = localStorage.getItem('key');\n",
        "web/js/api.js": "function load() { return fetch(BASE + '/owners/v2/owners?hapikey=' + KEY); }\n",
        "web/index.html": "<script src='js/config.js?v=2'></script><script src='js/api.js'></script>\n"
        "<script>\nload(); fetch(BASE + '/contacts/v1/lists?hapikey=' + KEY);\n</script>\n",
    }
    assert {(call.host, call.endpoint) for call in calls_of(files)} == {
        ("api.hubapi.com", "/owners/v2/owners"),
        ("api.hubapi.com", "/contacts/v1/lists"),
    }


@pytest.mark.parametrize("page", ["web/index.html", "web/index.php"])
@pytest.mark.parametrize("config", ["web/js/config.js", "web/js/lib/config.js", "web/config.js"])
def test_a_script_that_no_page_names_shares_what_it_declares_with_those_that_are_near(page: str, config: str) -> None:
    base = "var BASE = 'https://%s';\n"
    files = {
        config: base % "api.hubapi.com",
        "old/config.js": base % "example.com",
        "web/js/api.js": "function load(k) { return fetch(BASE + '/owners/v2/owners?hapikey=' + k); }\n",
        page: "<script src='js/api.js'></script>\n",
    }
    assert [call.host for call in calls_of(files)] == ["api.hubapi.com"]
    assert [call.host for call in calls_of({**files, config: "export " + files[config]})] == ["example.com"]
    files["web/js/api.js"] += "export {};\n"
    assert [call.host for call in calls_of(files)] == [None]


def test_of_scripts_that_are_as_near_each_may_be_meant() -> None:
    files = {f"web/{name}/config.js": f"var BASE = 'https://{name}.hubapi.com';\n" for name in ("api", "eu")}
    files["web/js/api.js"] = "fetch(BASE + '/owners/v2/owners');\n"
    assert {call.host for call in calls_of(files)} == {"api.hubapi.com", "eu.hubapi.com"}


@pytest.mark.parametrize("page", ["web/pages/index.html", "web/index.html"])
def test_a_page_names_scripts_of_other_folders(page: str) -> None:
    top = "../" if page.count("/") > 1 else "/"
    files = {
        "web/a/config.js": "var BASE = 'https://api.hubapi.com';\n",
        "web/b/api.js": "$(() => fetch(BASE + '/owners/v2/owners?hapikey=' + KEY));\n",
        page: f"<script src='{top}a/config.js'></script><script>\nvar KEY = '1';\n</script><script src='{top}b/api.js'></script>",
    }
    [call] = calls_of(files)
    assert (call.host, call.endpoint) == ("api.hubapi.com", "/owners/v2/owners")
    files["web/a/config.js"] += "export {};\n"
    assert [one.host for one in calls_of(files)] == [None]


@pytest.mark.parametrize("cut", ["replace(/\\/+$/, '')", "replace(/(api)/, '$1')"])
def test_what_a_replacement_leaves_is_where_it_was_written(cut: str) -> None:
    program = f"const BASE = 'https://api.hubapi.com'.{cut};\nfetch(BASE + '/owners/v2/owners');\n"
    (call,) = calls_of({"a.js": program})
    written = {step.location.span.start for step in call.trace if step.role == "url"}
    assert program.index("'https") in written


def test_a_list_made_longer_than_lists_are_followed_has_no_length_that_is_known() -> None:
    program = (
        "const a = ['x']; a.length = 500; get('/la' + a.length); const b = ['x']; b.length = 5; get('/lb' + b.length);"
    )
    sent = {call.endpoint for call in calls_of({"a.js": HEAD + program})}
    assert "/lb5" in sent
    assert not any(one and one.startswith("/la") and one[3:].isdecimal() for one in sent)
