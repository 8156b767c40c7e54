import { byteStringToUtf8 } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import { requestCase } from '#simulator/scenario/request-case.ts';
import type { Trace } from '#simulator/trace.ts';
import type { Stores, WorkspaceDependencies } from '../create-workspace.ts';
import { messageOf } from '../request-text.ts';
import type { PreviewRequest, WorkspaceActions } from '../workspace.ts';
import { noRun, runSubject } from '../runs.ts';
import { appendLogs, jobMaker, refusal, startLog, traceLogs } from './preview-job.ts';

/** Sending a request through the design's chain, in the worker. */
export function previewActions(
  stores: Stores,
  dependencies: WorkspaceDependencies,
): Pick<WorkspaceActions, 'send' | 'setAnswer' | 'requestCase'> {
  const { runs } = stores;
  const makeJob = jobMaker(stores, dependencies);

  const run = async (request: PreviewRequest): Promise<Result<Trace>> => {
    const job = makeJob();
    if (!job.ok) return job;
    const answer = await dependencies.runner.run({ ...job.value, request: messageOf(request) }, (progress) => runs.setState({ progress }));
    if (!answer.ok) return answer;
    const { trace, started } = answer.value;
    appendLogs(runs, [...(started?.logs ?? []).map(startLog), ...(trace === undefined ? [] : traceLogs(trace))]);
    return trace === undefined ? refusal(started) : { ok: true, value: trace };
  };

  return {
    setAnswer: (cluster, text) => {
      const { [cluster]: _, ...others } = runs.getState().answers;
      const answers = text === undefined ? others : { ...others, [cluster]: text };
      runs.setState(({ trace }) => ({ answers, outdated: trace !== undefined }));
    },
    requestCase: () => {
      const job = makeJob();
      if (!job.ok) return job;
      const { listener, chain, extensions, routes, answers = {} } = job.value.plan;
      const { headers, body } = messageOf(runs.getState().request);
      const made = requestCase({
        name: `${listener.name.replaceAll(/[^A-Za-z0-9]+/g, '-')}-request`.replace(/^-/, ''),
        description: `A request through ${listener.name}. Modules are files beside this one.`,
        listener,
        chain,
        extensions,
        routes,
        answers: answers as Readonly<Record<string, JsonObject>>,
        request: {
          headers: headers.map(([name, value]) => [name, byteStringToUtf8(value)]),
          ...(body.length === 0 ? {} : { body: runs.getState().request.body }),
        },
      });
      return made === undefined
        ? fail('no-manager', 'This chain has no connection manager, so no request goes through it.')
        : ok(`${JSON.stringify(made, undefined, 2)}\n`);
    },
    send: async (request) => {
      const sent = stores.design.getState();
      const subject = runSubject(sent);
      runs.setState({ request, running: true, progress: undefined, failure: undefined });
      const answer = await run(request);
      const now = stores.design.getState();
      const outdated = now !== sent;
      // The user went to another chain meanwhile: this is no answer of that one.
      if (outdated && runSubject(now).chain !== subject.chain) runs.setState({ running: false, ...noRun });
      else if (answer.ok) runs.setState({ running: false, ...noRun, trace: answer.value, subject, outdated });
      else runs.setState({ running: false, ...noRun, failure: answer.error, subject, outdated });
      return answer;
    },
  };
}
