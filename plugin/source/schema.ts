import { defineScalarTag, defineSequenceTag, NOT_RESOLVED, Schema } from 'js-yaml';
import { asValue, merge, objectTag, valueFault } from './mapping.ts';
import { firstCharacters, plainValue } from './scalars.ts';

const core = 'tag:yaml.org,2002:';

/**
 * What kubectl makes of YAML (sigs.k8s.io/yaml on go-yaml v2), as a schema for js-yaml: plain scalars by YAML 1.1, own
 * tags dropped, `!!binary` decoded into text.
 */
export const kubectlSchema = new Schema([
  defineScalarTag(`${core}str`, { resolve: text => text, identify }),
  defineScalarTag(`${core}plain`, {
    implicit: true,
    implicitFirstChars: firstCharacters,
    resolve: plainValue,
    identify,
  }),
  // Not called merge: the library would then merge by rules of its own.
  defineScalarTag(`${core}<<`, {
    implicit: true,
    implicitFirstChars: ['<'],
    resolve: text => (text === '<<' ? merge : NOT_RESOLVED),
    identify,
  }),
  typedTag('null', value => value === null),
  typedTag('bool', value => typeof value === 'boolean'),
  typedTag('int', value => Number.isInteger(value)),
  typedTag('float', value => typeof value === 'number'),
  defineScalarTag(`${core}binary`, { resolve: binaryText, identify }),
  listTag(`${core}seq`),
  objectTag(`${core}map`),
  defineScalarTag('', { matchByTagPrefix: true, resolve: text => text, identify }),
  listTag('', true),
  objectTag('', true),
]);

/** Nothing is written by this schema. */
function identify(): boolean {
  return false;
}

function typedTag(name: string, fits: (value: unknown) => boolean) {
  return defineScalarTag(`${core}${name}`, {
    resolve: text => {
      const value = plainValue(text);
      return fits(value) ? value : NOT_RESOLVED;
    },
    identify,
  });
}

function listTag(name: string, matchByTagPrefix = false) {
  return defineSequenceTag<unknown[]>(name, {
    matchByTagPrefix,
    create: () => [],
    addItem: (list, item) => {
      list.push(asValue(item));
      return valueFault(item);
    },
    identify,
  });
}

function binaryText(text: string): string | typeof NOT_RESOLVED {
  // Go takes line ends inside base64, no other space.
  const digits = text.replace(/[\r\n]/g, '');
  const fits = digits.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(digits);
  return fits ? Buffer.from(digits, 'base64').toString('utf8') : NOT_RESOLVED;
}
