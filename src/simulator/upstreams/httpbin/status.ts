import type { Random } from '#base/random.ts';
import { teapot } from './pages.ts';
import type { Reply } from './reply.ts';
import { json, text } from './reply.ts';

/** `/status/200,500` or `/status/200:3,500:1`: one of the codes, drawn by weight (httpbin `helpers.py` `status_code`). */
export function statusReply(codes: string, random: Random): Reply {
  const choices = codes.split(',').map((item) => {
    const [code = '', weight = '1'] = item.split(':');
    return { code: Number(code), weight: Number(weight) };
  });
  if (choices.some(({ code, weight }) => !Number.isInteger(code) || Number.isNaN(weight)))
    return text('Invalid status code', { status: 400 });
  const total = choices.reduce((sum, { weight }) => sum + weight, 0);
  let draw = choices.length === 1 ? 0 : random.next() * total;
  const chosen = choices.find(({ weight }) => (draw -= weight) < 0) ?? choices[0];
  return special[chosen?.code ?? 200]?.() ?? text('', { status: chosen?.code ?? 200 });
}

const redirected = (status: number) => (): Reply => text('', { status, headers: [['location', '/redirect/1']] });

const special: Readonly<Record<number, () => Reply>> = {
  301: redirected(301),
  302: redirected(302),
  303: redirected(303),
  305: redirected(305),
  307: redirected(307),
  401: () => text('', { status: 401, headers: [['www-authenticate', 'Basic realm="Fake Realm"']] }),
  406: () =>
    json(
      {
        message: 'Client did not request a supported media type.',
        accept: ['image/webp', 'image/svg+xml', 'image/jpeg', 'image/png', 'image/*'],
      },
      { status: 406 },
    ),
  407: () => text('', { status: 407, headers: [['proxy-authenticate', 'Basic realm="Fake Realm"']] }),
  418: () => text(teapot, { status: 418, headers: [['x-more-info', 'http://tools.ietf.org/html/rfc2324']] }),
};
