// Prints what the methods of an unpacked npm release of a HubSpot client request, as JSON lines: nothing is sent.
// Run by npm_sdks.py. Packages that the release depends on are stood in for: only its own code is read.
'use strict';
const Module = require('module');
const path = require('path');

const folder = path.resolve(process.argv[2]);
const load = Module._load;
const standIn = () => {
  const made = function () { return made; };
  return new Proxy(made, {
    get: (target, name) => {
      if (name === Symbol.toPrimitive) return () => '';
      if (name === 'prototype') return target.prototype;
      if (name === 'then') return undefined;
      return standIn();
    },
    apply: () => standIn(),
    construct: () => standIn(),
  });
};
Module._load = function (name, parent, isMain) {
  if (name.startsWith('.') || path.isAbsolute(name) || Module.builtinModules.includes(name)) {
    return load.call(this, name, parent, isMain);
  }
  if (name === 'lodash') return load.call(this, path.join(folder, '..', 'node_modules', 'lodash'), parent, isMain);
  return standIn();
};

const VERB = /HttpMethodEnum?\.?(?:HttpMethod)?\.(\w+)|http_1\.HttpMethod\.(\w+)|method: '(\w+)'/;
const seen = new Set();

function walk(owner, trail, depth) {
  if (depth > 7 || owner === null || typeof owner !== 'object' || seen.has(owner)) return;
  seen.add(owner);
  const names = new Set(Object.getOwnPropertyNames(owner));
  for (let proto = Object.getPrototypeOf(owner); proto && proto !== Object.prototype; proto = Object.getPrototypeOf(proto)) {
    Object.getOwnPropertyNames(proto).forEach(name => names.add(name));
  }
  for (const name of [...names].sort()) {
    if (name === 'constructor' || name.startsWith('_') || name === 'config' || name === 'configuration' || name === 'api') continue;
    let value;
    try { value = owner[name]; } catch (error) { continue; }
    if (typeof value === 'function') tell(owner, trail, name, value);
    else if (value && typeof value === 'object' && trail.length < 7) walk(value, [...trail, name], depth + 1);
  }
}

function tell(owner, trail, name, func) {
  const factory = owner.api && owner.api.requestFactory && owner.api.requestFactory[name];
  const written = Object.getPrototypeOf(owner)[name] || func; // what a limiter has not wrapped
  const source = String(factory || written);
  const found = /localVarPath = (?:this\.basePath \+ )?(?:`([^`]*)`|'([^']*)')/.exec(source);
  const verb = VERB.exec(source);
  if (!found || !verb) {
    if (name === 'getAll' && owner.basicApi) console.log(JSON.stringify({ path: [...trail, name].join('.'), same: [...trail, 'basicApi', 'getPage'].join('.') }));
    return;
  }
  const takes = (/^[^(]*\(([^)]*)\)/.exec(String(written)) || ['', ''])[1].split(',').map(one => one.split('=')[0].trim()).filter(one => one && one !== '_options' && one !== 'options');
  const auth = new Set();
  for (const match of source.matchAll(/authMethods\["(\w+)"\]|authentications\.(\w+)/g)) auth.add(match[1] || match[2]);
  auth.delete('default');
  console.log(JSON.stringify({ path: [...trail, name].join('.'), verb: verb.slice(1).find(Boolean).toUpperCase(), url: found[1] || found[2], takes, auth: [...auth].sort() }));
}

// The older client builds its requests by hand: each method is called with the names of its parameters.
function call(owner, trail, name, func, client) {
  const takes = (/^[^(]*\(([^)]*)\)/.exec(String(func)) || ['', ''])[1].split(',').map(one => one.split('=')[0].trim()).filter(Boolean);
  const sent = [];
  client.apiRequest = client._request = asked => { sent.push(asked); return standIn(); };
  try { func.apply(owner, takes.map(one => `{${one}}`)); } catch (error) { /* it wants more than a name */ }
  if (!sent.length) { sent.length = 0; try { func.apply(owner, takes.map(() => ({}))); } catch (error) { /* as above */ } }
  for (const { method, path, url: whole, overlapUrl } of sent) {
    const url = path || String(overlapUrl || whole || '').replace(/^https?:\/\/[^/]+/, '');
    if (!url || String(url).includes('[object')) continue;
    console.log(JSON.stringify({ path: [...trail, name].join('.'), verb: method || 'GET', url: String(url).split('?')[0].replace(/%7B/g, '{').replace(/%7D/g, '}'), takes, auth: ['hapikey', 'oauth2'] }));
  }
}

process.on('unhandledRejection', () => {});
const loaded = require(folder);
if (loaded.Client) {
  walk(new loaded.Client({ accessToken: 't' }), [], 0);
} else {
  const client = new loaded({ apiKey: 'k' });
  const known = new Set([client]);
  const visit = (owner, trail) => {
    known.add(owner);
    for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(owner))) {
      if (name !== 'constructor' && !name.startsWith('_') && typeof owner[name] === 'function') call(owner, trail, name, owner[name], client);
    }
    for (const name of Object.keys(owner)) {
      const inner = owner[name];
      if (inner && typeof inner === 'object' && !known.has(inner) && Object.getPrototypeOf(inner) !== Object.prototype && typeof inner !== 'function') visit(inner, [...trail, name]);
    }
  };
  for (const name of Object.keys(client)) {
    const inner = client[name];
    if (inner && typeof inner === 'object' && /^[A-Z]/.test(inner.constructor && inner.constructor.name) && 'client' in inner) visit(inner, [name]);
  }
}
