import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { LuaValue } from './codec.ts';
import { decode, encode, list, numberText, table } from './codec.ts';
import { luaModule } from './lua-module.ts';
import type { LuaHost, LuaStep, LuaThread } from './lua-state.ts';
import { LuaState } from './lua-state.ts';

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await luaModule();
});

const nowNs = 1_760_000_000_123_456_789n;

const box = { kind: 'object', id: 7, class: 'box' } as const;

function stateWith(code: string, host: LuaHost = () => ({ ok: true, values: [] })): LuaState {
  const state = new LuaState(module, { nowNs: () => nowNs }, host);
  state.define('box', ['get', 'put', 'log', '__pairs']);
  expect(state.run(code)).toBeUndefined();
  return state;
}

/** Runs `main(box)`; questions are answered by `answer`; tells what was logged and how it ended. */
function play(
  code: string,
  answer: (operation: string, args: readonly LuaValue[]) => readonly LuaValue[] = () => [],
): { readonly said: LuaValue[]; readonly end: LuaStep } {
  const said: LuaValue[] = [];
  const state = stateWith(code, (operation, args) => {
    if (operation === 'box log') said.push(args[1]);
    return { ok: true, values: operation === 'box log' ? [] : answer(operation, args) };
  });
  return { said, end: state.start('main', box).first };
}

const value: fc.Arbitrary<LuaValue> = fc.letrec<{ value: LuaValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(undefined),
    fc.boolean(),
    fc.double({ noNaN: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => String.fromCharCode(...bytes)),
    fc
      .array(
        tie('value').filter((item) => item !== undefined),
        { maxLength: 3 },
      )
      .map((items) => list(items)),
  ),
})).value;

describe('values', () => {
  test('cross into a script and back as they are, whatever bytes they hold', () => {
    let given: LuaValue;
    let got: readonly LuaValue[] = [];
    const state = stateWith('function main(box) box:put(box:get()) end', (operation, args) => {
      if (operation === 'box put') got = args;
      return { ok: true, values: operation === 'box get' ? [given] : [] };
    });
    fc.assert(
      fc.property(value, (item) => {
        given = item;
        expect(state.start('main', box).first).toEqual({ kind: 'done' });
        expect(got[0]).toMatchObject({ kind: 'object', id: 7 });
        expect(got[1]).toEqual(item);
      }),
      { numRuns: 200 },
    );
  });

  test('that a script waited for are the same', () => {
    let got: LuaValue;
    const state = stateWith('function main(box) box:put(box:get()) end', (operation, args) => {
      if (operation === 'box get') return 'wait';
      got = args[1];
      return { ok: true, values: [] };
    });
    fc.assert(
      fc.property(value, (item) => {
        const thread = state.start('main', box);
        expect(thread.first).toEqual({ kind: 'waits' });
        expect(thread.answer({ ok: true, values: [item] })).toEqual({ kind: 'done' });
        expect(got).toEqual(item);
      }),
      { numRuns: 50 },
    );
  });

  test('are objects of the host: the same one again is equal', () => {
    const { said } = play(`function main(box) box:log(tostring(box:get() == box:get()) .. tostring(box:get() == box)) end`, () => [
      { kind: 'object', id: 8, class: 'box' },
    ]);
    expect(said).toEqual(['truefalse']);
  });

  test('encoding and decoding undo each other', () => {
    fc.assert(
      fc.property(fc.array(value), (items) => {
        expect(decode(encode(items))).toEqual(items);
      }),
    );
  });

  test('numbers look as Lua prints them', () => {
    const numbers = [0, 5, -3, 10 / 2, 0.1, 1 / 3, 1e15, 123456789012345680, 1e100, 1.5e-7, 100000000000000, 0.0001, 0.00001];
    const { said } = play(`function main(box) for i, n in ipairs(box:get()) do box:log(tostring(n)) end end`, () => [list(numbers)]);
    expect(numbers.map(numberText)).toEqual(said);
  });
});

describe('a script', () => {
  test('asks the host from everywhere: pcall, iterators, its own coroutines, a replacement', () => {
    const { said, end } = play(
      `function main(box)
        pcall(function() box:log('in pcall') end)
        for x in function() return box:get() end do box:log(x) break end
        coroutine.wrap(function() box:log('in a coroutine') end)()
        box:log((string.gsub('a1b2', '%d', function(d) return box:get() .. d end)))
      end`,
      () => ['x'],
    );
    expect(said).toEqual(['in pcall', 'x', 'in a coroutine', 'ax1bx2']);
    expect(end).toEqual({ kind: 'done' });
  });

  test('iterates over what the host lists', () => {
    const { said } = play(`function main(box) for k, v in pairs(box) do box:log(k .. v) end end`, (operation) =>
      operation === 'box pairs' ? [list(['a', '1', 'b', '2'])] : [],
    );
    expect(said).toEqual(['a1', 'b2']);
  });

  test('hears of a refusal at its own line, and may catch it', () => {
    const said: LuaValue[] = [];
    const refuse: LuaHost = (operation, args) => {
      if (operation === 'box get') return { ok: false, message: 'not now' };
      said.push(args[1]);
      return { ok: true, values: [] };
    };
    const { first } = stateWith('function main(box)\n  box:get()\nend', refuse).start('main', box);
    expect(first).toEqual({ kind: 'error', message: '[string "function main(box)..."]:2: not now' });
    stateWith('function main(box)\n  local ok, e = pcall(box.get, box)\n  box:log(tostring(ok))\nend', refuse).start('main', box);
    expect(said).toEqual(['false']);
  });

  test('hears which argument was wrong, as Lua counts them', () => {
    const refusal = { ok: false, message: 'string expected, got nil', argument: 2 } as const;
    const as = (call: string) => stateWith(`function main(box)\n  ${call}\nend`, () => refusal).start('main', box).first;
    const at = '[string "function main(box)..."]:2: ';
    expect(as('box:get(nil)')).toEqual({ kind: 'error', message: `${at}bad argument #1 to 'get' (string expected, got nil)` });
    expect(as('local f = box.get f(box)')).toEqual({ kind: 'error', message: `${at}bad argument #2 to 'f' (string expected, got nil)` });
  });

  test('waits inside of pcall and of its own coroutines, and goes on there', () => {
    const said: LuaValue[] = [];
    const state = stateWith(
      `function main(box)
        pcall(function() box:log(box:get()) end)
        coroutine.wrap(function() box:log(box:get()) end)()
      end`,
      (operation, args) => {
        if (operation === 'box get') return 'wait';
        said.push(args[1]);
        return { ok: true, values: [] };
      },
    );
    const thread = state.start('main', box);
    expect(thread.answer({ ok: true, values: ['first'] })).toEqual({ kind: 'waits' });
    expect(thread.answer({ ok: true, values: ['second'] })).toEqual({ kind: 'done' });
    expect(said).toEqual(['first', 'second']);
  });

  test('may make the host run another one, which waits by itself', () => {
    const said: LuaValue[] = [];
    const inner: LuaThread[] = [];
    const state: LuaState = stateWith(
      `function main(box) box:log('before') box:put() box:log('after') end
      function other(box) box:log(box:get()) end`,
      (operation, args) => {
        if (operation === 'box get') return 'wait';
        if (operation === 'box put') inner.push(state.start('other', { ...box, id: 8 }));
        else said.push(args[1]);
        return { ok: true, values: [] };
      },
    );
    expect(state.start('main', box).first).toEqual({ kind: 'done' });
    expect(inner[0]?.answer({ ok: true, values: ['inside'] })).toEqual({ kind: 'done' });
    expect(said).toEqual(['before', 'after', 'inside']);
  });

  test.each([
    ['pairs(nil)', "bad argument #1 to 'pairs' (table expected, got nil)"],
    ["string.format('%d', 'x')", "bad argument #2 to 'format' (number expected, got string)"],
    ["('%d'):format('x')", "bad argument #1 to 'format' (number expected, got string)"],
    ["('x'):gsub('[', '')", "malformed pattern (missing ']')"],
    ['tostring()', "bad argument #1 to 'tostring' (value expected)"],
    ['setmetatable(1, {})', "bad argument #1 to 'setmetatable' (table expected, got number)"],
  ])('%s fails as in C', (call, problem) => {
    expect(play(`function main(box)\n  local x = ${call}\nend`).end).toEqual({
      kind: 'error',
      message: `[string "function main(box)..."]:2: ${problem}`,
    });
  });

  test('that yields by itself, or fails without a text, is told so', () => {
    expect(play('function main() coroutine.yield(1) end').end).toEqual({ kind: 'error', message: 'script performed an unexpected yield' });
    expect(play('function main() error({}) end').end).toEqual({ kind: 'error', message: 'unspecified lua error' });
  });

  test('keeps its globals from one call to the next', () => {
    const said: LuaValue[] = [];
    const state = stateWith('n = 0\nfunction main(box) n = n + 1 box:log(n) end', (_, args) => {
      said.push(args[1]);
      return { ok: true, values: [] };
    });
    state.start('main', box);
    state.start('main', box);
    expect(said).toEqual([1, 2]);
  });

  test.each<[string, LuaValue]>([
    ['bit.band(0xffffffff, 0xf0)', 240],
    ['bit.tobit(0xffffffff)', -1],
    ['bit.tohex(255, 4)', '00ff'],
    ['bit.bswap(0x01020304)', 0x04030201],
    ["os.date('!%Y-%m-%d %H:%M:%S')", '2025-10-09 08:53:20'],
    ["os.date('!%A %j %I %p', 0)", 'Thursday 001 12 AM'],
    ['os.time({ year = 2024, month = 14, day = 1, hour = 0 })', 1738368000],
    ['type(box)', 'userdata'],
    ['_VERSION', 'Lua 5.1'],
    ["string.format('%d|%5d|%x|%s', 1760000000123, 7, 2 ^ 33, 2 ^ 40)", '1760000000123|    7|200000000|1099511627776'],
    ["tostring(box):match('^userdata: ') ~= nil", true],
    ["select('#', unpack({ 1, 2, 3 }))", 3],
    ['(setfenv(function() return y end, { y = 5 }))()', 5],
    ['tostring(io.open("/etc/passwd"))', 'nil'],
    ["table.concat({ table.getn({ 1, 2 }), #table.move({ 1, 2, 3 }, 1, 3, 2) }, ' ')", '2 4'],
  ])('%s', (expression, expected) => {
    expect(play(`function main(box) box:log(${expression}) end`).said).toEqual([expected]);
  });

  test('is refused with the words of Lua', () => {
    const state = stateWith('');
    expect(state.run('function f(')).toBe(`[string "function f("]:1: <name> expected near '<eof>'`);
    expect(state.run('goto away')).toBe(`[string "goto away"]:1: undefined label 'away'`);
    expect(state.run('break')).toBe('[string "break"]:1: no loop to break');
    expect(state.has('f')).toBe(false);
    expect(state.run('error("no")')).toBe('[string "error("no")"]:1: no');
  });
});

test('a table keeps every entry', () => {
  expect(
    decode(
      encode([
        table([
          ['a', 1],
          [2, 'b'],
        ]),
      ]),
    ),
  ).toEqual([
    table([
      ['a', 1],
      [2, 'b'],
    ]),
  ]);
});
