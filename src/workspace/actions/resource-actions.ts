import type { JsonObject, JsonValue } from '#base/json.ts';
import { formatPath } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import { applyEdits } from '#base/text-range.ts';
import type { ResourceRef } from '#envoy/provenance.ts';
import { formatRef, sameRef } from '#envoy/provenance.ts';
import { readResources } from '#istio/read-resources.ts';
import type { PlacementPlan } from '#istio/placement/plan-placement.ts';
import type { Layer } from '#istio/placement/slots.ts';
import { planPlacement } from '#istio/placement/plan-placement.ts';
import { appendDocument } from '#yaml/edit-documents.ts';
import { moveItem } from '#yaml/edit-list.ts';
import { renameKey } from '#yaml/edit-rename.ts';
import { stringifyYaml } from '#yaml/stringify.ts';
import type { Stores, WorkspaceDependencies } from '../create-workspace.ts';
import type { WorkspaceDocument } from '../document.ts';
import { createFileReader } from '../read-files.ts';
import type { WorkspaceActions } from '../workspace.ts';
import { commit } from './document-actions.ts';
import type { EditContext } from './edit-resource.ts';
import { duplicateResourceIn, findInText, freeName, removeResourceIn, replaceText, setValueIn } from './edit-resource.ts';
import { freshPlugin } from './fresh-plugin.ts';
import type { FilterOffer } from '../insertable.ts';
import { isFilterOffer } from '../insertable.ts';
import { placeFilter } from './place-filter.ts';

type Owned =
  | 'setValue'
  | 'renameKey'
  | 'moveItem'
  | 'renameResource'
  | 'removeResource'
  | 'duplicateResource'
  | 'insertPlugin'
  | 'movePlugin';

/** Actions on resources: each a minimal text edit, computed from the ranges of the last reading. */
export function resourceActions(stores: Stores, dependencies: WorkspaceDependencies): Pick<WorkspaceActions, Owned> {
  const { document, design, view } = stores;
  const context = (): EditContext => {
    const { resources, streams, staleDocuments } = design.getState();
    return { document: document.getState().document, resources, streams, stale: staleDocuments };
  };
  const change = (label: string, after: WorkspaceDocument, mergeKey?: string): void =>
    commit(stores, dependencies.now, label, after, mergeKey);
  const select = (resource: ResourceRef): void => view.setState({ selection: { kind: 'resource', resource } });
  const refOf = ({ kind, namespace, name }: ResourceRef): ResourceRef => ({ kind, namespace, name });

  /** What a plan asks of a gap of the lane, by its position in `lane.gaps`. */
  const planFor = (position: number, layer: Layer, subject: ResourceRef | undefined): Result<Exclude<PlacementPlan, { kind: 'none' }>> => {
    const { chain, lane, proxy } = design.getState();
    const gap = lane?.gaps[position];
    if (gap === undefined || chain === undefined || proxy === undefined)
      return fail('no-gap', 'There is no such place in the chain any more.');
    if (gap.layer !== layer) return wrongLayer(layer);
    const plan = planPlacement(chain, layer, proxy.type, { index: gap.index, phase: gap.band }, subject);
    return plan.kind === 'none' ? fail('no-place', plan.reason) : ok(plan);
  };

  /** Several edits as one: each is computed on the text the one before left. */
  const inTurn = (
    start: EditContext,
    steps: readonly ((context: EditContext) => Result<WorkspaceDocument>)[],
  ): Result<WorkspaceDocument> => {
    let now = start;
    for (const step of steps) {
      const result = step(now);
      if (!result.ok) return result;
      now = readAgain(result.value);
    }
    return ok(now.document);
  };

  /** Tried on the twin before anything is written: an EnvoyFilter that lands elsewhere than asked for is not made. */
  const insertFilter = (entry: FilterOffer, position: number): Result<ResourceRef> => {
    const state = design.getState();
    const gap = state.lane?.gaps[position];
    if (gap === undefined) return fail('no-gap', 'There is no such place in the chain any more.');
    const found = placeFilter(entry, gap, state, view.getState().istio, stores.vocabulary.getState().types, (fresh) => {
      const added = appendResource(document.getState().document, fresh.object, fresh.fileName, dependencies.newId);
      return added.ok ? ok(readAgain(added.value)) : added;
    });
    if (!found.ok) return found;
    change(`insert ${found.value.ref.name}`, found.value.document);
    select(found.value.ref);
    return ok(found.value.ref);
  };

  return {
    setValue: (resource, path, value, label) => {
      const result = setValueIn(context(), resource, path, value);
      if (!result.ok) return result;
      change(label ?? `${formatPath(path)} of ${resource.name}`, result.value, `value ${formatRef(resource)} ${formatPath(path)}`);
      return ok(undefined);
    },
    renameKey: (resource, path, key) => {
      const found = findInText(context(), resource);
      if (!found.ok) return found;
      const { file, origin } = found.value;
      const edits = renameKey(file.text, origin.document, [...origin.itemPath, ...path], key);
      if (!edits.ok) return edits;
      change(`rename ${formatPath(path)}`, replaceText(context().document, file, applyEdits(file.text, edits.value)));
      return ok(undefined);
    },
    moveItem: (resource, path, from, to) => {
      const found = findInText(context(), resource);
      if (!found.ok) return found;
      const { file, origin } = found.value;
      const edits = moveItem(file.text, origin.document, [...origin.itemPath, ...path], from, to);
      if (!edits.ok) return edits;
      change(`move in ${formatPath(path)}`, replaceText(context().document, file, applyEdits(file.text, edits.value)));
      return ok(undefined);
    },
    renameResource: (resource, name) => {
      const taken = design.getState().resources.some((item) => sameRef(item, { ...resource, name }));
      if (taken) return fail('name-taken', `There is already a ${resource.kind} ${resource.namespace}/${name}.`);
      const result = setValueIn(context(), resource, ['metadata', 'name'], name);
      if (!result.ok) return result;
      change(`rename ${resource.name} to ${name}`, result.value);
      select({ ...refOf(resource), name });
      return ok({ ...refOf(resource), name });
    },
    removeResource: (resource) => {
      const result = removeResourceIn(context(), resource);
      if (!result.ok) return result;
      change(`delete ${resource.name}`, result.value);
      view.setState({ selection: undefined });
      return ok(undefined);
    },
    duplicateResource: (resource) => {
      const name = freeName(design.getState().resources, resource.kind, resource.namespace, resource.name);
      const result = duplicateResourceIn(context(), resource, name);
      if (!result.ok) return result;
      change(`duplicate ${resource.name}`, result.value);
      select({ ...refOf(resource), name });
      return ok({ ...refOf(resource), name });
    },
    insertPlugin: (entry, position) => {
      if (isFilterOffer(entry)) return insertFilter(entry, position);
      const plan = planFor(position, layerOf(entry.type), undefined);
      if (!plan.ok) return plan;
      const { proxy, listener, resources } = design.getState();
      if (proxy === undefined) return fail('no-chain', 'There is no workload to put it on.');
      const fresh = freshPlugin(entry, plan.value, proxy, listener?.direction ?? 'UNSPECIFIED', resources);
      const steps = renumberSteps(plan.value);
      const result = inTurn(context(), [...steps, (now) => appendResource(now.document, fresh.object, fresh.fileName, dependencies.newId)]);
      if (!result.ok) return result;
      change(`insert ${fresh.ref.name}`, result.value);
      select(fresh.ref);
      return ok(fresh.ref);
    },
    movePlugin: (resource, position) => {
      const plan = planFor(position, layerOf(design.getState().resources.find((item) => sameRef(item, resource))?.spec['type']), resource);
      if (!plan.ok) return plan;
      if (plan.value.kind === 'envoy-filter') {
        return fail(
          'needs-envoy-filter',
          `No phase leads to this place, so ${resource.name} cannot be moved there as a ${resource.kind}.`,
          'Insert it there from the catalogue: an EnvoyFilter will be made.',
        );
      }
      const { phase, priority } = plan.value;
      const steps = renumberSteps(plan.value);
      const own = design.getState().resources.find((item) => sameRef(item, resource))?.spec;
      const phaseText = phase === 'UNSPECIFIED_PHASE' ? undefined : phase;
      if (own?.['phase'] !== phaseText) steps.push((now) => setOrKeep(now, resource, ['spec', 'phase'], phaseText));
      if (priority !== undefined) steps.push((now) => setValueIn(now, resource, ['spec', 'priority'], priority));
      const result = inTurn(context(), steps);
      if (!result.ok) return result;
      change(`move ${resource.name}`, result.value);
      return ok(undefined);
    },
  };
}

/** Where a plugin of this `spec.type` stands (istio/api extensions/v1alpha1 `PluginType`). */
function layerOf(type: JsonValue | undefined): Layer {
  return type === 'NETWORK' ? 'network' : 'http';
}

function wrongLayer(layer: Layer): Result<never> {
  return layer === 'network'
    ? fail('wrong-layer', 'A plugin of type NETWORK sees the bytes of a connection: its place is among the network filters.')
    : fail('wrong-layer', 'A plugin of type HTTP sees requests: its place is among the HTTP filters, inside the connection manager.');
}

/** The resources of a document that is not in the stores yet. */
function readAgain(document: WorkspaceDocument): EditContext {
  const { streams, good, stale } = createFileReader().read(document.files);
  return { document, streams, resources: readResources(good).resources, stale };
}

function renumberSteps(plan: Exclude<PlacementPlan, { kind: 'none' }>): ((context: EditContext) => Result<WorkspaceDocument>)[] {
  const renumber = plan.kind === 'phase' ? plan.renumber : [];
  return renumber.map(
    ({ resource, priority }) =>
      (now) =>
        setValueIn(now, resource, ['spec', 'priority'], priority),
  );
}

/** Removing what is not there changes nothing. */
function setOrKeep(
  context: EditContext,
  resource: ResourceRef,
  path: readonly string[],
  value: string | undefined,
): Result<WorkspaceDocument> {
  const result = setValueIn(context, resource, path, value);
  return !result.ok && value === undefined && result.error.code === 'yaml/path-not-found' ? ok(context.document) : result;
}

/** The workspace with one more object: at the end of the file that has its kind, or in a file of its own. */
function appendResource(document: WorkspaceDocument, object: JsonObject, fileName: string, newId: () => string): Result<WorkspaceDocument> {
  const text = stringifyYaml(object);
  const file = document.files.find((item) => item.name === fileName);
  if (file === undefined) return ok({ ...document, files: [...document.files, { id: newId(), name: fileName, text }] });
  const edits = appendDocument(file.text, text);
  return edits.ok ? ok(replaceText(document, file, applyEdits(file.text, edits.value))) : edits;
}
