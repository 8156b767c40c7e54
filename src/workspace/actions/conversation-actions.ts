import type { JsonObject } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import type { ConversationTrace } from '#simulator/conversation-trace.ts';
import { conversationCase } from '#simulator/scenario/conversation-case.ts';
import { exampleScript, isConversation } from '../conversation/conversation.ts';
import { scenarioSteps, stepBytes } from '../conversation/script.ts';
import type { Stores, WorkspaceDependencies } from '../create-workspace.ts';
import type { WorkspaceActions } from '../workspace.ts';
import { appendLogs, jobMaker, refusal, startLog, traceLogs } from './preview-job.ts';

type Owned = 'pickConversation' | 'setScript' | 'converse' | 'conversationCase';

/** After the last keystroke, before the script runs again. */
const SETTLE_MS = 250;

export interface ConversationActions {
  readonly actions: Pick<WorkspaceActions, Owned>;
  /** The chain or what stands in it has changed. */
  designChanged(): void;
  dispose(): void;
}

/** Conversations through the design's chain, in the worker. Once one has run, every edit runs it again. */
export function conversationActions(stores: Stores, dependencies: WorkspaceDependencies): ConversationActions {
  const { conversation, design, runs } = stores;
  const makeJob = jobMaker(stores, dependencies);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wanted = 0;

  const run = async (steps: readonly JsonObject[]): Promise<Result<ConversationTrace>> => {
    const job = makeJob();
    if (!job.ok) return job;
    const answer = await dependencies.runner.converse({ ...job.value, conversation: steps }, (progress) =>
      conversation.setState({ progress }),
    );
    if (!answer.ok) return answer;
    const { trace, started } = answer.value;
    appendLogs(runs, [...started.logs.map(startLog), ...(trace === undefined ? [] : traceLogs(trace))]);
    return trace === undefined ? refusal(started) : ok(trace);
  };

  const converse = async (): Promise<Result<ConversationTrace>> => {
    clearTimeout(timer);
    const mine = ++wanted;
    const { script } = conversation.getState();
    const unreadable = script
      .map((step) => (step.kind === 'client' || step.kind === 'upstream' ? stepBytes(step) : undefined))
      .find((read) => read?.ok === false);
    if (unreadable?.ok === false) return unreadable;
    conversation.setState({ running: true, progress: undefined });
    const answer = await run(scenarioSteps(script));
    // A newer run is on its way: its answer is the one to show.
    if (mine !== wanted) return answer;
    conversation.setState({
      running: false,
      progress: undefined,
      trace: answer.ok ? answer.value : undefined,
      failure: answer.ok ? undefined : answer.error,
    });
    return answer;
  };

  const later = (): void => {
    const { trace, failure, running } = conversation.getState();
    if (trace === undefined && failure === undefined && !running) return;
    clearTimeout(timer);
    timer = setTimeout(() => void converse(), SETTLE_MS);
  };

  return {
    actions: {
      pickConversation: (picked) => conversation.setState({ picked }),
      setScript: (script) => {
        conversation.setState({ script, own: true });
        later();
      },
      converse,
      conversationCase: () => {
        const job = makeJob();
        if (!job.ok) return job;
        const { listener, chain, extensions, routes } = job.value.plan;
        const steps = scenarioSteps(conversation.getState().script);
        if (steps.length === 0) return fail('no-steps', 'The conversation has no steps yet.');
        const name = `${listener.name.replaceAll(/[^A-Za-z0-9]+/g, '-')}-conversation`.replace(/^-/, '');
        const description = `A connection through ${listener.name}. Modules are files beside this one.`;
        return ok(
          `${JSON.stringify(conversationCase({ name, description, listener, chain, extensions, routes, conversation: steps }), undefined, 2)}\n`,
        );
      },
    },
    designChanged: () => {
      const state = conversation.getState();
      if (!state.own) conversation.setState({ script: exampleScript(design.getState(), dependencies.catalogue) });
      if (isConversation(design.getState(), state)) later();
      else conversation.setState({ trace: undefined, failure: undefined });
    },
    dispose: () => clearTimeout(timer),
  };
}
