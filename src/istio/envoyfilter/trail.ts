import type { Reason } from '#envoy/provenance.ts';
import type { Landing } from '../mesh.ts';
import { checksOf, checkText, rankOf, wantedBy, type Check } from './checks.ts';
import type { Patch } from './patch.ts';

const SOURCE = 'istio/istio pilot/pkg/networking/core/envoyfilter/listener_patch.go';

export interface Place {
  readonly listener: string;
  readonly chain: string;
}

interface Track {
  /** The deepest check that failed, and where. */
  check: Check | undefined;
  place: string;
  is: string;
  places: Place[];
  effects: Set<string>;
  lost: string | undefined;
}

/** Follows every patch through the listeners, routes and clusters it is tried on. Cheap on the way; words are made at the end. */
export class Trail {
  readonly #tracks = new Map<Patch, Track>();

  #of(patch: Patch): Track {
    let track = this.#tracks.get(patch);
    if (track === undefined) {
      track = { check: undefined, place: '', is: '', places: [], effects: new Set(), lost: undefined };
      this.#tracks.set(patch, track);
    }
    return track;
  }

  /** The patch failed at `check`; `place` and `is` are kept when no earlier try got further. */
  miss(patch: Patch, check: Check, place: string, is = ''): void {
    const track = this.#of(patch);
    if (track.check !== undefined && rankOf(track.check) >= rankOf(check)) return;
    track.check = check;
    track.place = place;
    track.is = is;
  }

  /** The patch did something: `effect` says what, `place` where. */
  hit(patch: Patch, place: Place, effect: string): void {
    const track = this.#of(patch);
    if (!track.places.some((known) => known.listener === place.listener && known.chain === place.chain)) track.places.push(place);
    track.effects.add(effect);
  }

  /** The patch, or what was still to do, was lost in a panic. */
  lose(patch: Patch, why: string): void {
    this.#of(patch).lost ??= why;
  }

  /** What became of each patch; `selected` are the reasons why its EnvoyFilter is for this proxy. */
  landings(patches: readonly Patch[], selected: (patch: Patch) => readonly Reason[]): readonly Landing[] {
    return patches.map((patch) => {
      const track = this.#of(patch);
      const landed = track.effects.size > 0;
      const { kind, namespace, name } = patch.resource;
      return {
        resource: { kind, namespace, name },
        patch: patch.index,
        landed,
        places: track.places,
        reasons: [...selected(patch), ...this.#reasons(patch, track, landed)],
      };
    });
  }

  #reasons(patch: Patch, track: Track, landed: boolean): readonly Reason[] {
    const failed = landed ? undefined : track.check;
    const limit = failed === undefined ? Infinity : rankOf(failed);
    const args = { applyTo: patch.applyTo, operation: patch.operation, place: track.place, is: track.is };
    const reason = (check: Check, passed: boolean): Reason => {
      const text = checkText(check, passed, { ...args, x: wantedBy(patch, check) ?? '' });
      return { code: passed ? check : `${check}-miss`, text, source: SOURCE };
    };
    const passed = checksOf(patch).filter((check) => rankOf(check) < limit);
    const out = passed.map((check) => reason(check, true));
    for (const effect of track.effects)
      out.push({ code: patch.operation.toLowerCase().replaceAll('_', '-'), text: effect, source: SOURCE });
    if (failed !== undefined) out.push(reason(failed, false));
    if (track.lost !== undefined) out.push({ code: 'panic', text: track.lost, source: SOURCE });
    if (!landed && failed === undefined && track.lost === undefined) {
      out.push({ code: 'nothing-to-patch', text: 'there is nothing here that it could apply to', source: SOURCE });
    }
    return out;
  }
}
