import { expect, test } from 'vitest';
import type { Command } from './command.ts';
import { choice, readArguments, UsageError } from './command.ts';

const command: Command = {
  name: 'demo',
  summary: 'For tests.',
  usage: ['demo'],
  options: {
    file: { type: 'string', short: 'f', multiple: true, about: 'files' },
    format: { type: 'string', about: 'format' },
    json: { type: 'boolean', about: 'flag' },
  },
  run: async () => 0,
};

test('a list option takes every word up to the next option, as shells expand globs', () => {
  const args = readArguments(command, ['-f', 'a.yaml', 'b.yaml', '--json', '--file', 'c.yaml']);
  expect(args.list('file')).toEqual(['a.yaml', 'b.yaml', 'c.yaml']);
  expect(args.flag('json')).toBe(true);
  expect(args.positionals).toEqual([]);
});

test('words that belong to no option are positionals; standard input is a value', () => {
  const args = readArguments(command, ['one', '-f', '-', '--format=text', 'two', '--', '--three']);
  expect(args.list('file')).toEqual(['-']);
  expect(args.positionals).toEqual(['one', 'two', '--three']);
});

test('the last of several values counts', () => {
  expect(readArguments(command, ['--format', 'a', '--format', 'b']).text('format')).toBe('b');
});

test('a choice has the first word by default and refuses others', () => {
  expect(choice(readArguments(command, []), 'format', ['text', 'json'])).toBe('text');
  expect(choice(readArguments(command, ['--format', 'json']), 'format', ['text', 'json'])).toBe('json');
  expect(() => choice(readArguments(command, ['--format', 'xml']), 'format', ['text', 'json'])).toThrow(UsageError);
});
