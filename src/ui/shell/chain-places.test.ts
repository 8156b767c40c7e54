import { describe, expect, test } from 'vitest';
import type { Lane, LaneRow } from '#workspace/design.ts';
import { lane } from '../testing/lane.ts';
import { isMovable, isSamePlace, nextPlace, placeBeside, selectionOf } from './chain-places.ts';

const chain = lane('meta AUTHN[a b] jwt AUTHZ[] rbac !lua router');

function row(name: string, of: Lane = chain): LaneRow {
  return of.rows.find((item) => item.title === name)!;
}

/** The words of a place. */
function text(place: number | undefined, of: Lane = chain): string | undefined {
  return place === undefined ? undefined : of.gaps[place]?.text;
}

describe('nextPlace', () => {
  test('goes past the neighbour in the same phase first', () => expect(text(nextPlace(chain, row('a'), 1))).toBe('AUTHN, after b'));
  test('then over to the next phase, past what lies between', () => expect(text(nextPlace(chain, row('b'), 1))).toBe('AUTHZ, first'));
  test('and back', () => expect(text(nextPlace(chain, row('b'), -1))).toBe('AUTHN, first'));
  test('ends where only an EnvoyFilter would reach', () => expect(nextPlace(chain, row('a'), -1)).toBeUndefined());

  test('phases at one and the same place are places of their own', () => {
    const bare = lane('AUTHN[a] AUTHZ[] STATS[s] router');
    expect(text(nextPlace(bare, row('a', bare), 1), bare)).toBe('AUTHZ, first');
    expect(text(nextPlace(bare, row('s', bare), -1), bare)).toBe('AUTHZ, first');
  });
});

describe('placeBeside', () => {
  test('stays in the phase of the plugin', () => {
    expect(text(placeBeside(chain, row('b'), 'after'))).toBe('AUTHN, after b');
    expect(text(placeBeside(chain, row('a'), 'before'))).toBe('AUTHN, first');
  });
  test('beside a built-in takes the neighbouring phase', () => {
    expect(text(placeBeside(chain, row('meta'), 'after'))).toBe('AUTHN, first');
    expect(text(placeBeside(chain, row('jwt'), 'after'))).toBe('AUTHZ, first');
  });
  test('elsewhere says what it needs', () => expect(text(placeBeside(chain, row('lua'), 'before'))).toBe('needs an EnvoyFilter'));
});

test('the gaps round a plugin in its own phase are where it stands already', () => {
  expect(chain.gaps.filter((gap) => isSamePlace(row('a'), gap)).map((gap) => gap.text)).toEqual(['AUTHN, first', 'AUTHN, after a']);
});

test('plugins can be moved, insertions and built-ins not', () => {
  expect(chain.rows.filter((item) => isMovable(chain, item)).map((item) => item.title)).toEqual(['a', 'b']);
});

test('a plugin is selected as its resource, a built-in as itself', () => {
  expect(selectionOf(row('a'))).toEqual({ kind: 'resource', resource: { kind: 'WasmPlugin', namespace: 'demo', name: 'a' } });
  expect(selectionOf(row('jwt'))).toEqual({ kind: 'filter', rowId: 'http:jwt' });
});
