import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { rooms } from '../src/rooms.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('every room says what belongs in it', () => {
  test.each(Object.keys(rooms))('%s', (room) => {
    const lines = readFileSync(join(root, 'src', room, 'README.md'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines[0]).toMatch(new RegExp(`^# ${room}\\b`));
    expect(lines.length).toBeLessThanOrEqual(40);
  });
});

describe('the project speaks of itself alone', () => {
  /** Folders of one machine and hosts of package registries; in two parts, so that this file is none of its own findings. */
  const forbidden = [
    ['(?<![\\w.])/wo', 'rk/'],
    ['(?<![\\w.])/ro', 'ot/'],
    ['(?<![\\w/])(\\.\\./)*sha', 'red/'],
    ['/tmp/', 'bash'],
    ['/\\.car', 'go/registry'],
    ['registry\\.npm', 'js\\.org'],
    ['proxy\\.gol', 'ang\\.org'],
    ['files\\.pytho', 'nhosted\\.org'],
    ['index\\.cra', 'tes\\.io'],
  ].map((parts) => new RegExp(parts.join('')));
  /** Lock files name where packages come from. */
  const isLockFile = (file: string): boolean => /(^|\/)(package-lock\.json|Cargo\.lock|go\.sum)$/.test(file);

  test('no file, built modules among them, holds a path of a machine or the host of a registry', () => {
    const files = tracked().filter((file) => !isLockFile(file) && existsSync(join(root, file)));
    expect(files.length).toBeGreaterThan(100);
    const found = files.flatMap((file) => {
      const text = readFileSync(join(root, file), 'latin1');
      return forbidden.filter((pattern) => pattern.test(text)).map((pattern) => `${file}: ${pattern.source}`);
    });
    expect(found).toEqual([]);
  });
});

/** The files of the repository, new ones among them. */
function tracked(): readonly string[] {
  return execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
    .split('\0')
    .filter((file) => file !== '');
}
