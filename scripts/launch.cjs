// What the executable runs first: the plugin's script, with what V8 made of it when it was built. Where no command is asked
// for, a smaller one answers: of both, V8 takes in all.
const { getRawAsset } = require('node:sea');
const { Script } = require('node:vm');

const isFront = ['--version', '--help', '-h', '__complete', 'completion'].includes(process.argv[2]);
const part = isFront ? 'front' : 'whole';
const source = Buffer.from(getRawAsset(part)).latin1Slice();
const cachedData = Buffer.from(getRawAsset(`${part}.compiled`));
const script = new Script(source, { filename: 'kubectl-seinode', cachedData });
script.runInThisContext()(require, module, exports);
