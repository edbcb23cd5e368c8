// For `node --require`, after test/sidecars/resolve.cjs: node n7 of namespace bad is at SIDECARS_BAD.8.
const dns = require('node:dns');
const { syncBuiltinESMExports } = require('node:module');

const { lookup } = dns;

dns.lookup = (name, options, callback = options) => {
  const [, at] = /^n(\d+)-0\.n\d+\.bad\.svc\.cluster\.local$/.exec(name) ?? [];
  if (at === undefined) return lookup(name, options, callback);
  const address = `${process.env.SIDECARS_BAD}.${Number(at) + 1}`;
  const found = options.all ? [[{ address, family: 4 }]] : [address, 4];
  process.nextTick(callback, null, ...found);
};

syncBuiltinESMExports();
