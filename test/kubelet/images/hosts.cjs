// For `node --require`: the name HOST_NAME is at HOST_ADDRESS, as DNS would say.
const dns = require('node:dns');
const { syncBuiltinESMExports } = require('node:module');

const { HOST_NAME, HOST_ADDRESS: address } = process.env;
const { lookup } = dns;

dns.lookup = (name, options, callback = options) => {
  if (name !== HOST_NAME) return lookup(name, options, callback);
  const found = options.all ? [[{ address, family: 4 }]] : [address, 4];
  process.nextTick(callback, null, ...found);
};

syncBuiltinESMExports();
