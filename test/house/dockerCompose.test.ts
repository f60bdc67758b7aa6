import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
}

const root = join(import.meta.dirname, '../..');
const schemaFile = join(import.meta.dirname, 'fixtures/compose-spec.json');
let file: ComposeFile;
let services: [string, Service][];

describe('docker-compose.yml', () => {
  before(async () => {
    file = parse(await readFile(join(root, 'docker-compose.yml'), 'utf8'));
    services = Object.entries(file.services);
  });

  test('follows the schema of the Compose Specification', async () => {
    const { $schema: _, ...schema } = JSON.parse(await readFile(schemaFile, 'utf8'));
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    assert.ok(validate(file), JSON.stringify(validate.errors, null, 2));
    assert.equal(validate({ ...file, services: { worker: { image: 'x', port: [] } } }), false);
  });

  test('names an exact version of every image', () => {
    for (const [name, { image, build }] of services) {
      if (build === undefined) assert.match(image ?? '', /^[\w./-]+:v?\d+\.\d+/, name);
      else assert.ok(existsSync(join(root, build, 'Dockerfile')), name);
    }
  });

  test('holds no secret', () => {
    for (const [name, { environment }] of services) {
      for (const [key, value] of Object.entries(environment ?? {})) {
        if (/PASS|PWD|KEY|TOKEN/.test(key)) assert.match(value, /^\$\{\w+:\?/, `${name}.${key}`);
      }
    }
  });

  test('publishes ports to this machine only', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    assert.ok(ports.length > 0);
    for (const port of ports) assert.match(port, /^127\.0\.0\.1:/);
  });

  test('waits only for services that can say that they are ready', () => {
    for (const [name, { depends_on: waitsFor }] of services) {
      for (const [other, { condition }] of Object.entries(waitsFor ?? {})) {
        assert.ok(other in file.services, `${name} waits for ${other}`);
        if (condition === 'service_healthy') assert.ok(file.services[other]?.healthcheck, other);
      }
    }
  });
});
