import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { load } from 'js-yaml';
import crd from '../../core/schema/seinode.json' with { type: 'json' };
import { type Manifest, manifest } from './manifests.ts';

const existing = load(
  readFileSync(join(import.meta.dirname, '../control-plane/crds/sei.io_seinodes.yaml'), 'utf8'),
) as Manifest;
const ours = manifest('CustomResourceDefinition');
const schemaOf = ({ spec }: Manifest) => spec.versions[0].schema.openAPIV3Schema;

type Rule = { readonly rule: string; readonly message: string };

test('it has the fields of the CRD that existing clusters have, of the same types and bounds, and one more in status', t => {
  const [wanted, before] = [without(schemaOf(ours), said), without(schemaOf(existing), said)];
  const { appliedPeers, ...status } = wanted.properties.status.properties;
  t.deepEqual(appliedPeers, { type: 'array', items: { type: 'string' } });
  wanted.properties.status.properties = status;
  t.deepEqual(wanted, before);
});

test('its rules are the same too, but those on the import of a volume and on spec itself', t => {
  const [wanted, before] = [rulesOf(schemaOf(ours)), rulesOf(schemaOf(existing))];
  t.deepEqual(
    wanted.filter(rule => !before.includes(rule)),
    [
      ' !has(oldSelf.spec) || has(self.spec)',
      '.spec !has(oldSelf.dataVolume) || !has(oldSelf.dataVolume.import) || (has(self.dataVolume) && has(self.dataVolume.import))',
    ],
  );
  t.deepEqual(
    before.filter(rule => !wanted.includes(rule)),
    ['.spec.dataVolume (!has(oldSelf.import) || has(self.import))'],
  );
});

test('it is labelled with the version that ships it', t => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  t.is(ours.metadata.labels?.['app.kubernetes.io/version'], version);
});

test('TLS is refused an edit with the words of the contract', t => {
  const rules: Rule[] = schemaOf(ours).properties.spec['x-kubernetes-validations'];
  t.is(
    rules.find(({ rule }) => rule.includes('oldSelf.sidecar'))?.message,
    'spec.sidecar.tls is immutable; delete + recreate the SeiNode to change TLS configuration',
  );
});

test('names, scope and subresource are those of the CRD that existing clusters have', t => {
  const { names, scope, group, versions } = ours.spec;
  t.deepEqual(
    { names, scope, group },
    {
      names: existing.spec.names,
      scope: 'Namespaced',
      group: 'sei.io',
    },
  );
  const { name, served, storage, subresources } = versions[0];
  t.deepEqual(
    { name, served, storage, subresources },
    {
      name: 'v1alpha1',
      served: true,
      storage: true,
      subresources: { status: {} },
    },
  );
});

test('kubectl get shows Phase, TLS, Reason and Age', t => {
  const columns: { name: string; jsonPath: string }[] = ours.spec.versions[0].additionalPrinterColumns;
  const condition = '.status.conditions[?(@.type=="SidecarTLSSecretReady")]';
  t.deepEqual(
    columns.map(({ name, jsonPath }) => `${name} ${jsonPath}`),
    [
      'Phase .status.phase',
      `TLS ${condition}.status`,
      `Reason ${condition}.reason`,
      'Age .metadata.creationTimestamp',
    ],
  );
});

test("every field of the spec says what it is for, in words that are not the API server's", t => {
  const silent = fieldsOf(schemaOf(ours).properties.spec, 'spec').filter(
    ([path, schema]) => schema.description === undefined && !/claims|\[\]$/.test(path),
  );
  t.deepEqual(
    silent.map(([path]) => path),
    [],
  );
});

test('what the plugin and the builders take for valid is this schema', t => {
  const left = [...said, 'default', 'anyOf', 'x-kubernetes-list-type'];
  t.deepEqual(without(schemaOf(ours).properties.spec, left), without(crd.properties.spec, left));
});

// biome-ignore lint/suspicious/noExplicitAny: a schema within a schema
type Schema = any;
const said = ['description', 'x-kubernetes-validations'];

function without(schema: Schema, keys: readonly string[]): Schema {
  if (Array.isArray(schema)) return schema.map(item => without(item, keys));
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key, value]) => !keys.includes(key) || isField(value));
  return Object.fromEntries(kept.map(([key, value]) => [key, without(value, keys)]));
}

/** A field may be named as a keyword is. */
function isField(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function fieldsOf(schema: Schema, path: string): [string, Schema][] {
  const below = Object.entries(schema.properties ?? {}).flatMap(([key, child]) =>
    fieldsOf(child, `${path}.${key}`),
  );
  return [[path, schema], ...below, ...(schema.items ? fieldsOf(schema.items, `${path}[]`) : [])];
}

function rulesOf(schema: Schema): string[] {
  return fieldsOf(schema, '').flatMap(([path, { 'x-kubernetes-validations': rules = [] }]) =>
    rules.map(({ rule }: Rule) => `${path} ${rule.replaceAll(/\s+/g, ' ')}`),
  );
}
