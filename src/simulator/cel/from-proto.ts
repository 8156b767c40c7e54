import { base64ToBytes, bytesToByteString, utf8ToByteString } from '#base/bytes.ts';
import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import { compileProblem } from './check.ts';
import type { BinaryOperator, CelLiteral, CelNode } from './syntax.ts';

/** Operators as calls in a syntax tree (cel-spec `proto/cel/expr/syntax.proto`). */
const binary: ReadonlyMap<string, BinaryOperator> = new Map([
  ['_==_', '=='],
  ['_!=_', '!='],
  ['_<_', '<'],
  ['_<=_', '<='],
  ['_>_', '>'],
  ['_>=_', '>='],
  ['@in', 'in'],
  ['_in_', 'in'],
  ['_+_', '+'],
  ['_-_', '-'],
  ['_*_', '*'],
  ['_/_', '/'],
  ['_%_', '%'],
]);

/** An `Expr` in proto JSON. Throws `ConfigError` for what cannot be run. */
export function celFromProto(expr: ConfigReader): CelNode {
  const node = nodeOf(expr);
  const problem = compileProblem(node);
  if (problem !== undefined) throw new ConfigError(`failed to create an expression: ${problem}`);
  return node;
}

/** A `CelExpression`: a tree that was parsed elsewhere; Envoy does not read the text form. */
export function celFromExpression(config: ConfigReader | undefined): CelNode {
  for (const name of ['cel_expr_parsed', 'cel_expr_checked', 'parsed_expr', 'checked_expr']) {
    const expr = config?.message(name)?.message('expr');
    config?.message(name)?.ignore('source_info', 'reference_map', 'type_map', 'expr_version');
    if (expr !== undefined) return celFromProto(expr);
  }
  throw new ConfigError('failed to create an expression: CEL expression not set.');
}

function nodeOf(expr: ConfigReader): CelNode {
  const at = 0;
  expr.ignore('id');
  const ident = expr.message('ident_expr');
  if (ident !== undefined) return { kind: 'name', name: ident.string('name'), at };
  const constant = expr.message('const_expr');
  if (constant !== undefined) return { kind: 'literal', value: literalOf(constant), at };
  const select = expr.message('select_expr');
  if (select !== undefined) {
    const of = nodeOf(requireOperand(select.message('operand')));
    const node: CelNode = { kind: 'select', of, field: select.string('field'), at };
    return select.bool('test_only') ? { kind: 'call', target: undefined, name: 'has', args: [node], at } : node;
  }
  const list = expr.message('list_expr');
  if (list !== undefined) return { kind: 'list', items: list.messages('elements').map(nodeOf), at };
  const call = expr.message('call_expr');
  if (call !== undefined) return callOf(call);
  throw new ConfigError('this kind of CEL expression is not simulated');
}

function requireOperand(operand: ConfigReader | undefined): ConfigReader {
  if (operand === undefined) throw new ConfigError('Invalid empty expression');
  return operand;
}

function callOf(call: ConfigReader): CelNode {
  const at = 0;
  const name = call.string('function');
  const args = call.messages('args').map(nodeOf);
  const target = call.message('target');
  const [first, second, third] = args;
  const operator = binary.get(name);
  if (operator !== undefined && first !== undefined && second !== undefined)
    return { kind: 'binary', operator, left: first, right: second, at };
  if ((name === '_&&_' || name === '_||_') && args.length >= 2)
    return { kind: 'logic', operator: name === '_&&_' ? '&&' : '||', terms: args, at };
  if ((name === '!_' || name === '-_') && first !== undefined) return { kind: 'unary', operator: name === '!_' ? '!' : '-', of: first, at };
  if (name === '_[_]' && first !== undefined && second !== undefined) return { kind: 'index', of: first, key: second, at };
  if (name === '_?_:_' && first !== undefined && second !== undefined && third !== undefined)
    return { kind: 'choice', test: first, yes: second, no: third, at };
  return { kind: 'call', target: target === undefined ? undefined : nodeOf(target), name, args, at };
}

function literalOf(constant: ConfigReader): CelLiteral {
  if (constant.has('bool_value')) return { kind: 'bool', value: constant.bool('bool_value') };
  if (constant.has('int64_value')) return { kind: 'int', value: BigInt(Math.trunc(constant.number('int64_value', 0))) };
  if (constant.has('uint64_value')) return { kind: 'uint', value: BigInt(Math.trunc(constant.number('uint64_value', 0))) };
  if (constant.has('double_value')) return { kind: 'double', value: constant.number('double_value', 0) };
  if (constant.has('bytes_value'))
    return { kind: 'bytes', value: bytesToByteString(base64ToBytes(constant.string('bytes_value')) ?? new Uint8Array(0)) };
  if (constant.has('string_value')) return { kind: 'string', value: utf8ToByteString(constant.string('string_value')) };
  constant.ignore('null_value');
  return { kind: 'null' };
}
