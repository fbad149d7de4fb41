// Answers as state of a component: asked again when the question changes, and while it is asked the last answer stays.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, call, session } from './api';

// Answers are kept for a minute: long enough to move a slider to and fro, short enough to see what others write.
const kept = new Map<string, { answer: unknown; until: number }>();
const keptAtMost = 300;
const keptFor = 60_000;

function keep(key: string, answer: unknown) {
  kept.delete(key);
  kept.set(key, { answer, until: Date.now() + keptFor });
  if (kept.size > keptAtMost) kept.delete(kept.keys().next().value as string);
}

function recall<Answer>(key: string): Answer | undefined {
  const found = kept.get(key);
  return found && found.until > Date.now() ? (found.answer as Answer) : undefined;
}

export interface Asked<Answer> {
  data: Answer | undefined;
  error: ApiError | undefined;
  // A question is on its way; `data`, if there is any, answers an earlier one.
  loading: boolean;
  again: () => void;
}

// One answer from what is kept, or from the server.
export async function ask<Answer>(method: string, body: unknown, abort?: AbortSignal): Promise<Answer> {
  const key = `${session.value} ${method} ${JSON.stringify(body)}`;
  const known = recall<Answer>(key);
  if (known !== undefined) return known;
  const answer = await call<Answer>(method, body, abort);
  keep(key, answer);
  return answer;
}

// `body` undefined: nothing to ask yet.
export function useAnswer<Answer>(method: string, body: unknown, wait = 0): Asked<Answer> {
  const [round, setRound] = useState(0);
  const key = body === undefined ? '' : `${session.value} ${method} ${JSON.stringify(body)}`;
  const [state, setState] = useState<{ key: string; data?: Answer; error?: ApiError }>({ key: '' });
  const latest = useRef(key);
  latest.current = key;
  const known = key ? recall<Answer>(key) : undefined;
  useEffect(() => {
    if (!key || recall(key) !== undefined) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      call<Answer>(method, body, abort.signal).then(
        (data) => {
          keep(key, data);
          if (latest.current === key) setState({ key, data });
        },
        (error: unknown) => {
          if (abort.signal.aborted || latest.current !== key) return;
          setState({ key, error: error instanceof ApiError ? error : new ApiError('unknown', String(error)) });
        },
      );
    }, wait);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key, round]);
  // What is kept shows at once, and stays as "the last answer" for the next question.
  useEffect(() => {
    if (known !== undefined && state.key !== key) setState({ key, data: known });
  }, [key, known]);
  const again = () => {
    setState((before) => ({ key: before.key, data: before.data }));
    setRound((count) => count + 1);
  };
  if (!key) return { data: undefined, error: undefined, loading: false, again };
  if (known !== undefined) return { data: known, error: undefined, loading: false, again };
  if (state.key === key) return { data: state.data, error: state.error, loading: !state.error && !state.data, again };
  return { data: state.data, error: undefined, loading: true, again };
}

// Forgets what was answered: after a sign-out.
export function forget() {
  kept.clear();
}
