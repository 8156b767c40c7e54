import { log, LogLevel } from './abi';

/** Failed assertions of the AssemblyScript runtime end here (asc --use abort): Envoy has no `env.abort` to import. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  log(LogLevel.critical, (message ? message : 'abort') + ' in ' + (file ? file : '?') + ':' + line.toString() + ':' + column.toString());
  unreachable();
}
