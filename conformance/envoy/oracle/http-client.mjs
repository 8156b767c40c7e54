// The HTTP/2 client: sends a request, returns what came back.
import http2 from 'node:http2';
import { sleep, toPairs, toBuf, fromBuf, headerObject, rawPairs, h2ErrorName } from './util.mjs';

export function stepsOf(sc) {
  if (sc.steps) return sc.steps;
  return [sc.request ?? []].flat().map((request) => ({ request }));
}
function requestPairs(req) {
  const given = toPairs(req.headers);
  const have = new Set(given.map(([k]) => k));
  const pseudo = [];
  for (const [k, v] of [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':authority', 'example.com'],
    [':path', '/'],
  ])
    if (!have.has(k)) pseudo.push([k, v]);
  const out = [...given.filter(([k]) => k.startsWith(':')), ...pseudo, ...given.filter(([k]) => !k.startsWith(':'))];
  const order = [':method', ':scheme', ':authority', ':path'];
  return out.sort((a, b) => {
    const i = order.indexOf(a[0]);
    const j = order.indexOf(b[0]);
    return (i < 0 ? 9 : i) - (j < 0 ? 9 : j);
  });
}
export function exchange(session, req, timeoutMs) {
  return new Promise((resolve) => {
    const result = {};
    const pairs = requestPairs(req);
    const chunks = req.bodyChunks ? req.bodyChunks.map(toBuf) : [toBuf(req.body) ?? []].flat();
    const trailers = req.trailers ? toPairs(req.trailers) : null;
    const endStream = chunks.length === 0 && !trailers && !req.keepOpen;
    let stream;
    try {
      stream = session.request(headerObject(pairs), { endStream, waitForTrailers: !!trailers });
    } catch (e) {
      resolve({ error: e.message });
      return;
    }
    const got = [];
    let done = false;
    const finish = () => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      if (result.headers) {
        result.body = fromBuf(Buffer.concat(got));
      }
      const { status, headers, informational, body, trailers: tr, reset, timedOut } = result;
      const r = {};
      if (informational) r.informational = informational;
      if (status !== undefined) {
        r.status = status;
        r.headers = headers;
        r.body = body;
      }
      if (tr) r.trailers = tr;
      if (reset) r.reset = reset;
      if (timedOut) r.timedOut = true;
      resolve(r);
    };
    const timer = setTimeout(() => {
      result.timedOut = true;
      stream.close(http2.constants.NGHTTP2_CANCEL);
      setTimeout(finish, 20);
    }, req.timeoutMs ?? timeoutMs);
    if (req.cancelAfterMs)
      setTimeout(() => {
        result.reset = 'CANCELLED_BY_CLIENT';
        stream.close(http2.constants.NGHTTP2_CANCEL);
      }, req.cancelAfterMs);
    stream.on('response', (_h, _f, raw) => {
      const p = rawPairs(raw);
      result.status = Number(p.find(([k]) => k === ':status')[1]);
      result.headers = p.filter(([k]) => k !== ':status');
    });
    stream.on('headers', (h, _f, raw) => {
      (result.informational ??= []).push(rawPairs(raw));
    });
    stream.on('trailers', (_h, _f, raw) => {
      result.trailers = rawPairs(raw);
    });
    stream.on('data', (d) => got.push(d));
    stream.on('error', () => {});
    stream.on('close', () => {
      const code = stream.rstCode;
      if (code && !result.timedOut && !result.reset) result.reset = h2ErrorName(code);
      finish();
    });
    if (trailers)
      stream.on('wantTrailers', () => {
        try {
          stream.sendTrailers(headerObject(trailers));
        } catch {
          /* gone */
        }
      });
    (async () => {
      if (req.bodyDelayMs) await sleep(req.bodyDelayMs);
      for (let i = 0; i < chunks.length; i++) {
        if (i) await sleep(req.chunkDelayMs ?? 25);
        if (stream.destroyed || stream.closed) return;
        if (i === chunks.length - 1 && !req.keepOpen) stream.end(chunks[i]);
        else stream.write(chunks[i]);
      }
      if (chunks.length === 0 && trailers) stream.end();
    })().catch(() => {});
  });
}
