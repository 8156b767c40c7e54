import { bridgeSource } from './bridge-source.ts';
import { luajitSource } from './luajit-source.ts';

/** The chunk every Lua state begins with. It answers with one function, `dispatch`, that takes and gives one text (`codec.ts`). */
export const prelude = `${bridgeSource}${luajitSource}
return function(command, text)
  if find(text, '\\1', 1, true) then
    text = gsub(gsub(text, '\\1z', '\\0'), '\\1o', '\\1')
  end
  local arguments = decodeAll(text)
  return commands[command](unpack(arguments, 1, arguments.n))
end
`;
