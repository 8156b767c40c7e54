import { bridgeSource } from './bridge-source.ts';
import { luajitSource } from './luajit-source.ts';

/**
 * The chunk every Lua state begins with. It answers with two functions: `dispatch` takes a command with its arguments as one text (`codec.ts`) and
 * gives a text, `start` begins a function of the script.
 */
export const prelude = `${bridgeSource}${luajitSource}
local function dispatch(command, text)
  local arguments = decodeAll(unescaped(text))
  return commands[command](unpack(arguments, 1, arguments.n))
end
return dispatch, start
`;
