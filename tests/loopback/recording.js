// Loaded before a program (node -r): every request goes to a server on this machine and is written to $RECORD, one a line.
'use strict';
const fs = require('fs');
const http = require('http');
const https = require('https');
const { urlToHttpOptions } = require('url');

const told = (method, host, path, headers, body) => {
  const found = Object.entries(headers || {}).find(([name]) => name.toLowerCase() === 'authorization');
  fs.appendFileSync(process.env.RECORD, JSON.stringify([method.toUpperCase(), host, path, found ? String(found[1]) : '', body || '']) + '\n');
};

const server = http.createServer((req, res) => {
  let body = '';
  req.on('data', part => { body += part; });
  req.on('end', () => {
    told(req.method, String(req.headers['x-asked']), req.url, req.headers, body);
    res.setHeader('Content-Type', 'application/json');
    res.setHeader('Connection', 'close');
    res.end(JSON.stringify({ results: [], id: '7', data: {}, 'has-more': false }));
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1').unref();

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
  const asked = { method: options.method || 'GET', path: options.path || '/', headers, host: '127.0.0.1', port: Number(process.env.PORT) };
  return send(asked, callback);
};
https.request = turned;
https.get = (...args) => { const request = turned(...args); request.end(); return request; };

globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const url = new URL(request.url);
  told(request.method, url.hostname, url.pathname + url.search, Object.fromEntries(request.headers), await request.text());
  return new Response(JSON.stringify({ results: [], id: '7' }), { status: 200, headers: { 'Content-Type': 'application/json' } });
};
