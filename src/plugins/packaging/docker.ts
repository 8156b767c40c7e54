import { moduleFileName } from './oci-image.ts';

/** A Dockerfile for a `compat` image: one COPY, so that there is exactly one layer (solo-io/wasm spec/spec-compat.md). */
export function dockerfile(moduleName: string): string {
  return `FROM scratch\nCOPY ${moduleName} ./${moduleFileName}\n`;
}

/** A command to run, and what it is for. */
export interface Command {
  readonly title: string;
  readonly command: string;
}

/**
 * Builds and pushes the image of `dockerfile`. BuildKit's attestations would make an index of it in which the agent finds no image
 * for its platform, hence `--provenance=false` and one platform.
 */
export function dockerCommands(reference: string): readonly Command[] {
  return [
    { title: 'Build and push', command: `docker buildx build --platform linux/amd64 --provenance=false -t ${reference} --push .` },
    { title: 'With podman', command: `podman build --platform linux/amd64 -t ${reference} . && podman push ${reference}` },
    { title: 'Look at what was pushed', command: `docker buildx imagetools inspect --raw ${reference}` },
  ];
}

/** Pushes an OCI image layout in a tar file, as `ociLayout` and `writeTar` make it. */
export function layoutCommands(tarName: string, tag: string, reference: string): readonly Command[] {
  return [
    { title: 'Push with skopeo', command: `skopeo copy oci-archive:${tarName}:${tag} docker://${reference}` },
    { title: 'Push with oras', command: `oras cp --from-oci-layout ${tarName}:${tag} ${reference}` },
    { title: 'Push with regctl', command: `regctl image import ${reference} ${tarName}` },
  ];
}
