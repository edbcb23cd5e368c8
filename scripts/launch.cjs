// What the executable runs first: the plugin's script, with what V8 made of it when it was built.
const { getRawAsset } = require('node:sea');
const { Script } = require('node:vm');

const source = Buffer.from(getRawAsset('script')).latin1Slice();
const cachedData = Buffer.from(getRawAsset('compiled'));
const script = new Script(source, { filename: 'kubectl-seinode', cachedData });
script.runInThisContext()(require, module, exports);
