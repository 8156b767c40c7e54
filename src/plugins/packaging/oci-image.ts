import { utf8Bytes } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import { sha256 } from '../sha256.ts';
import { gzip } from './gzip.ts';
import type { TarEntry } from './tar-entry.ts';
import { writeTar } from './write-tar.ts';

export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  wasmConfig: 'application/vnd.module.wasm.config.v1+json',
  wasmLayer: 'application/vnd.module.wasm.content.layer.v1+wasm',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  /** Higress' own layer for a plugin's schema. */
  higressSpec: 'application/vnd.module.wasm.spec.v1+yaml',
} as const;

/** The name Istio's agent looks for inside the last layer (istio pkg/wasm/imagefetcher.go `extractWasmPluginBinary`). */
export const moduleFileName = 'plugin.wasm';

/**
 * How a module lies in an image (solo-io/wasm spec/spec-compat.md and spec/spec.md). `compat`: an ordinary image with one layer
 * that holds `plugin.wasm`: every registry and tool takes it. `oci`: an artifact with two layers of Wasm's own types.
 */
export type ImageVariant = 'compat' | 'oci';

export interface ImageOptions {
  readonly variant: ImageVariant;
  /** The tag inside the layout, such as `1.0.0`. */
  readonly tag: string;
  /** Further annotations of the manifest: `org.opencontainers.image.title`, `…licenses` … */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

export interface OciLayout {
  /** The files of the layout (OCI image-layout 1.0), ready for `writeTar`. */
  readonly files: readonly TarEntry[];
  /** Of the manifest, `sha256:…`: what `url: oci://…@sha256:…` and `spec.sha256` pin. */
  readonly digest: string;
}

interface LayoutBlob {
  readonly bytes: Uint8Array;
  readonly descriptor: { readonly mediaType: string; readonly digest: string; readonly size: number; readonly annotations?: JsonObject };
}

/** A module as an OCI image layout, which `skopeo`, `crane`, `oras` and `docker load` read. */
export async function ociLayout(module: Uint8Array, options: ImageOptions): Promise<OciLayout> {
  const { config, layers, annotations } = options.variant === 'compat' ? await compatImage(module) : artifact(module);
  const manifest = jsonBlob(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    ...(options.variant === 'oci' ? { artifactType: mediaTypes.wasmConfig } : {}),
    config: config.descriptor,
    layers: layers.map((layer) => layer.descriptor),
    annotations: { ...annotations, ...options.annotations },
  });
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: [{ ...manifest.descriptor, annotations: { 'org.opencontainers.image.ref.name': options.tag } }],
  };
  const blobs = new Map([manifest, config, ...layers].map(({ descriptor, bytes }) => [descriptor.digest, bytes]));
  const files = [
    { path: 'oci-layout', bytes: jsonBytes({ imageLayoutVersion: '1.0.0' }) },
    { path: 'index.json', bytes: jsonBytes(index) },
    ...[...blobs].map(([digest, bytes]) => ({ path: `blobs/${digest.replace(':', '/')}`, bytes })),
  ];
  return { files, digest: manifest.descriptor.digest };
}

interface ImageParts {
  readonly config: LayoutBlob;
  readonly layers: readonly LayoutBlob[];
  readonly annotations: Readonly<Record<string, string>>;
}

async function compatImage(module: Uint8Array): Promise<ImageParts> {
  const tar = writeTar([{ path: moduleFileName, bytes: module }]);
  const config = {
    // The agent asks for the image of its own platform and takes linux/amd64 when there is a choice; the module runs everywhere.
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(tar)}`] },
    history: [{ created_by: `COPY ${moduleFileName} ./` }],
  };
  return {
    config: jsonBlob(mediaTypes.config, config),
    layers: [blob(mediaTypes.layer, await gzip(tar))],
    annotations: { 'module.wasm.image/variant': 'compat' },
  };
}

function artifact(module: Uint8Array): ImageParts {
  const title = (name: string): JsonObject => ({ 'org.opencontainers.image.title': name });
  const runtime = jsonBytes({ type: 'envoy_proxy', abiVersions: [], config: { rootIds: [] } });
  return {
    // An empty configuration has its own type, so that no tool takes this for a container (OCI image-spec 1.1, "empty descriptor").
    config: jsonBlob('application/vnd.oci.empty.v1+json', {}),
    layers: [blob(mediaTypes.wasmConfig, runtime, title('runtime-config.json')), blob(mediaTypes.wasmLayer, module, title(moduleFileName))],
    annotations: {},
  };
}

function blob(mediaType: string, bytes: Uint8Array, annotations?: JsonObject): LayoutBlob {
  const descriptor = { mediaType, digest: `sha256:${sha256(bytes)}`, size: bytes.length };
  return { bytes, descriptor: annotations === undefined ? descriptor : { ...descriptor, annotations } };
}

function jsonBlob(mediaType: string, value: object): LayoutBlob {
  return blob(mediaType, jsonBytes(value));
}

function jsonBytes(value: object): Uint8Array<ArrayBuffer> {
  return utf8Bytes(JSON.stringify(value));
}
