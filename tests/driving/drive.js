// Runs what a folder of JavaScript exports, in random orders against clients that send nothing, and prints the requests.
//   node tests/driving/drive.js FOLDER    one line of JSON: [method, path, keyed, [[file, line], ...]] each
'use strict';
const fs = require('fs'), path = require('path'), Module = require('module');
const folder = fs.realpathSync(process.argv[2]);
Error.stackTraceLimit = 60;
let seed = 1;
const random = () => { seed = (seed * 48271) % 2147483647; return seed / 2147483647; };
const below = (n) => Math.floor(random() * n), any = (list) => list[below(list.length)];
const hits = new Map();

function note(method, url, more) {
  const found = /^https:\/\/api\.hubapi\.com([^?#]*)/.exec(String(url));
  if (found) {
    const keyed = /hapikey/.test(url + JSON.stringify(more || ''));
    const stack = [...new Error().stack.matchAll(/\(?(\/[^():]+):(\d+):\d+\)?/g)].filter((m) => m[1].startsWith(folder) && !m[1].includes('drive.js'));
    const key = JSON.stringify([String(method).toUpperCase(), found[1], keyed]);
    if (!hits.has(key)) hits.set(key, stack.map((m) => [path.relative(folder, m[1]), Number(m[2])]));
  }
  const data = any([{ results: [{ id: 1 }], paging: { next: { after: 3 } } }, { results: [], ok: true }, {}]);
  const ok = random() < 0.6;
  return Promise.resolve({ ok, status: ok ? 200 : 429, data, json: async () => data, text: async () => '' });
}
globalThis.fetch = (url, options) => note((options && options.method) || 'GET', url, options);
const axios = Object.assign((o) => note(o.method || 'GET', (o.baseURL || '') + o.url, o), {
  request: (o) => axios(o),
  create: (own = {}) => Object.assign((o) => axios({ ...own, ...o }), {
    request: (o) => axios({ ...own, ...o }),
    ...Object.fromEntries(['get', 'delete', 'post', 'put', 'patch'].map((m) => [m, (url, ...rest) => note(m, (own.baseURL || '') + url, [own, ...rest])])),
  }),
  ...Object.fromEntries(['get', 'delete', 'post', 'put', 'patch'].map((m) => [m, (url, ...rest) => note(m, url, rest)])),
});
const load = Module._load;
Module._load = function (name, ...rest) { return name === 'axios' ? axios : load.call(this, name, ...rest); };

const files = fs.readdirSync(folder, { recursive: true }).filter((f) => f.endsWith('.js')).map((f) => path.join(folder, f)).sort();
const words = [...new Set(files.flatMap((f) => [...fs.readFileSync(f, 'utf8').matchAll(/["'`]([A-Za-z_.-]{1,14})["'`]/g)].map((m) => m[1])))];
if (!words.length) words.push('a');
let pool = [];
function value() {
  const kind = below(18);
  if (kind < 4) return any([0, 1, 2, 3, 5, 12]);
  if (kind < 8) return any(words);
  if (kind < 11) return [undefined, true, any([[], {}, '', false, null])][kind - 8];
  if (kind === 11) return [any(words), 1];
  if (kind === 12) return { [any(words)]: any([1, true, any(words)]), [any(words)]: any(words) };
  if (kind === 13) return () => 1;
  return pool.length ? any(pool) : any(words);
}
function keep(found) {
  if (found === null || (typeof found !== 'object' && typeof found !== 'function')) return;
  if (found instanceof Promise) { found.then(keep, () => {}); return; }
  if (pool.length < 40) pool.push(found); else pool[below(40)] = found;
}
function call(f, self) {
  const given = Array.from({ length: Math.min(f.length + below(2), 5) }, value);
  try {
    let result;
    if (/^class\b/.test(Function.prototype.toString.call(f)) || (f.prototype && Object.keys(f.prototype).length)) result = new f(...given);
    else result = f.apply(self, given);
    if (result && typeof result.next === 'function') { let n = 0; while (n++ < 6) { const r = result.next(); if (r instanceof Promise) { r.catch(() => {}); } else if (r.done) break; } }
    return result;
  } catch { return undefined; }
}
function members(o) {
  const names = new Set();
  for (let at = o; at && at !== Object.prototype && at !== Function.prototype && at !== Array.prototype && at !== Promise.prototype; at = Object.getPrototypeOf(at)) {
    for (const n of Reflect.ownKeys(at)) if (!['constructor', 'prototype', 'caller', 'arguments', 'callee', 'name', 'length'].includes(n)) names.add(n);
  }
  return [...names].filter((n) => typeof n === 'symbol' ? n === Symbol.iterator : !/^_/.test(n));
}
function drive(o) {
  for (let i = below(7) + 1; i > 0; i--) {
    const names = members(o);
    if (!names.length) return;
    let found;
    try { found = o[any(names)]; } catch { continue; }
    if (typeof found === 'function') keep(call(found, o)); else keep(found);
  }
}
async function main() {
  const began = Date.now();
  for (let round = 0; round < 80 && Date.now() - began < 6000; round++) {
    pool = [];
    for (const f of files) delete require.cache[f];
    const offered = [];
    for (const f of [...files].sort(() => random() - 0.5)) {
      try { offered.push(require(f)); } catch (e) { if (!round) process.stderr.write(`import ${f} ${e}\n`); }
    }
    for (let i = 0; i < 60; i++) {
      const all = [...offered, ...pool];
      if (!all.length) break;
      const found = any(all);
      if (typeof found === 'function' && random() < 0.7) { const made = call(found); keep(made); if (made && typeof made === 'object') drive(made); } else if (found) drive(found);
      if (i % 10 === 9) await new Promise((ok) => setImmediate(ok));
    }
    await new Promise((ok) => setImmediate(ok));
  }
  process.stdout.write(JSON.stringify([...hits].map(([key, stack]) => [...JSON.parse(key), stack])) + '\n');
  process.exit(0);
}
process.on('uncaughtException', () => {});
process.on('unhandledRejection', () => {});
main();
