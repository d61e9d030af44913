// Loaded before a program (node -r): every request goes to a server on this machine and is written to $RECORD, one a line.
// $REPLIES holds what is answered to whom: the first reply whose path fits and that is not used up.
'use strict';
const fs = require('fs');
const http = require('http');
const https = require('https');
const { urlToHttpOptions } = require('url');

const replies = JSON.parse(process.env.REPLIES || '[]');

const told = (method, host, path, headers, body) => {
  const found = Object.entries(headers || {}).find(([name]) => name.toLowerCase() === 'authorization');
  const line = [method.toUpperCase(), host, path, found ? String(found[1]) : '', body || '', headers];
  fs.appendFileSync(process.env.RECORD, JSON.stringify(line) + '\n');
  const asked = path.split('?')[0];
  const reply = replies.find(one => one.times !== 0 && (asked === one.path || (one.path.endsWith('*') && asked.startsWith(one.path.slice(0, -1)))));
  if (reply && reply.times) reply.times -= 1;
  return reply || { status: 200, json: { results: [], id: '7', data: {}, 'has-more': false } };
};

const server = http.createServer((req, res) => {
  let body = '';
  req.on('data', part => { body += part; });
  req.on('end', () => {
    const { 'x-asked': host, host: _, connection: __, ...headers } = req.headers;
    const reply = told(req.method, String(host), req.url, headers, body);
    res.statusCode = reply.status;
    res.setHeader('Content-Type', 'application/json');
    res.setHeader('Connection', 'close');
    res.end(JSON.stringify(reply.json));
  });
});
const socketPath = process.env.RECORD + '.sock';
server.listen(socketPath).unref();

const send = http.request;
const turned = function (...args) {
  const callback = args.find(one => typeof one === 'function');
  const options = {};
  for (const one of args) {
    if (typeof one === 'string') Object.assign(options, urlToHttpOptions(new URL(one)));
    else if (one instanceof URL) Object.assign(options, urlToHttpOptions(one));
    else if (one && typeof one === 'object') Object.assign(options, one);
  }
  const host = options.hostname || String(options.host || '').split(':')[0];
  const headers = { ...(options.headers || {}), 'x-asked': host };
  delete headers.host;
  delete headers.Host;
  const asked = { method: options.method || 'GET', path: options.path || '/', headers, socketPath };
  return send(asked, callback);
};
for (const plain of [https, http]) {
  plain.request = turned;
  plain.get = (...args) => { const request = turned(...args); request.end(); return request; };
}

globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const url = new URL(request.url);
  const reply = told(request.method, url.hostname, url.pathname + url.search, Object.fromEntries(request.headers), await request.text());
  return new Response(JSON.stringify(reply.json), { status: reply.status, headers: { 'Content-Type': 'application/json' } });
};
