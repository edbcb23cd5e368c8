// For `node --require`: what a process in a pod would find. Pods of a cluster that has none are at SIDECARS_ADDRESS, under
// their own names and ports, but for the one pod SIDECARS_POD, which runs at 127.0.0.1; the ServiceAccount's token is in the file SIDECARS_TOKEN.
const dns = require('node:dns');
const files = require('node:fs/promises');
const { syncBuiltinESMExports } = require('node:module');

const { SIDECARS_ADDRESS, SIDECARS_POD, SIDECARS_TOKEN: token } = process.env;
const { lookup } = dns;
const { readFile } = files;

dns.lookup = (name, options, callback = options) => {
  if (!name.endsWith('.svc.cluster.local')) return lookup(name, options, callback);
  const address = name === SIDECARS_POD ? '127.0.0.1' : SIDECARS_ADDRESS;
  const found = options.all ? [[{ address, family: 4 }]] : [address, 4];
  process.nextTick(callback, null, ...found);
};

files.readFile = (path, ...options) =>
  readFile(path === '/var/run/secrets/kubernetes.io/serviceaccount/token' ? token : path, ...options);

syncBuiltinESMExports();
