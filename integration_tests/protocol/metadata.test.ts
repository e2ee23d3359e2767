import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { PROTOCOL_VERSION } from '../../src/cdk/protocol/messages.ts';
import { streams } from '../../src/streams/index.ts';

const textOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Metadata {
  readonly metadataSpecVersion: string;
  readonly data: {
    readonly name: string;
    readonly definitionId: string;
    readonly dockerRepository: string;
    readonly dockerImageTag: string;
    readonly license: string;
    readonly icon: string;
    readonly tags: readonly string[];
    readonly protocolVersion: string;
    readonly allowedHosts: { readonly hosts: readonly string[] };
    readonly suggestedStreams: { readonly streams: readonly string[] };
    readonly releases?: { readonly breakingChanges?: { readonly [version: string]: unknown } };
  };
}

const { metadataSpecVersion, data } = parse(textOf('metadata.yaml')) as Metadata;

describe('what Airbyte is told of the connector', () => {
  it('is of one version, and under one name, wherever it stands', () => {
    const dockerfile = textOf('Dockerfile');
    expect(data.dockerImageTag).toBe(packageJson.version);
    expect(dockerfile).toContain(`io.airbyte.version=${packageJson.version}`);
    expect(dockerfile).toContain(`io.airbyte.name=${data.dockerRepository}`);
    // What was released last; above it stands what will be.
    expect(/^## (\d\S*)/m.exec(textOf('CHANGELOG.md'))?.[1]).toBe(packageJson.version);
    expect(textOf('acceptance-test-config.yml')).toContain(`connector_image: ${data.dockerRepository}:dev`);
    expect(data.protocolVersion).toBe(PROTOCOL_VERSION);
  });

  // What its schema says is judged with the image, by the registry's own.
  it('keeps the rules of the registry', () => {
    expect(metadataSpecVersion).toBe('1.0');
    expect(data.definitionId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(data.dockerImageTag).toMatch(/^\d+\.\d+\.\d+$/);
    expect(['MIT', 'ELv2']).toContain(data.license);
    expect(packageJson.license).toBe(data.license);
    for (const tag of data.tags) expect(tag).toMatch(/^[a-z]+:[a-z-]+$/);
    expect(data.tags).toContain('language:typescript');
    const isMajor = /^[1-9]\d*\.0\.0$/.test(data.dockerImageTag);
    if (isMajor) expect(data.releases?.breakingChanges).toHaveProperty(data.dockerImageTag);
    expect(data.allowedHosts.hosts).not.toEqual([]);
  });

  it('has a square picture of its own', () => {
    const [, width, height] = /<svg[^>]* width="(\d+)" height="(\d+)"/.exec(textOf(data.icon)) ?? [];
    expect(Number(width)).toBeGreaterThan(0);
    expect(width).toBe(height);
  });

  it('leads to no address without encryption', () => {
    const files = ['src', 'schemas'].flatMap((folder) =>
      readdirSync(new URL(`../../${folder}`, import.meta.url), { recursive: true, encoding: 'utf8' }).map(
        (file) => `${folder}/${file}`,
      ),
    );
    const sources = files.filter((file) => /\.(ts|json)$/.test(file) && !file.endsWith('.test.ts'));
    expect(sources.length).toBeGreaterThan(100);
    // Names of XML are no addresses.
    const plain = /http:\/\/(?!localhost\b|json-schema\.org\/|www\.w3\.org\/)[\w.-]/;
    expect(
      [...sources, 'metadata.yaml', 'Dockerfile', 'scripts/bundle.ts'].filter((file) => plain.test(textOf(file))),
    ).toEqual([]);
  });

  it('suggests the streams that are meant to be; the others are for those who ask', () => {
    const suggested = streams.filter((stream) => stream.suggested).map(({ name }) => name);
    expect(suggested).toContain('users');
    expect(data.suggestedStreams.streams).toEqual(suggested);
  });

  it('names files that are there', () => {
    const paths = [...textOf('acceptance-test-config.yml').matchAll(/_path: (\S+)/g)].map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(2);
    for (const path of paths.filter((one) => !one.startsWith('secrets/')))
      expect([path, existsSync(new URL(`../../${path}`, import.meta.url))]).toEqual([path, true]);
  });
});
