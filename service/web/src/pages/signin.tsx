// Sign in with a token. It stays in this page's memory: see docs/explorer.md for why.
import { useEffect, useState } from 'preact/hooks';
import { ApiError, call, session, token } from '../api';
import { forget } from '../query';
import { go, href, route } from '../route';
import type { ServerInfo } from '../wire';
import { t } from '../text';

// Only an address of this page: a link must not send who signs in to another one.
function target(): string {
  const then = route.value.params.get('then') ?? '';
  return /^\/(ui\/|$)/.test(then) ? then : href.home();
}

export function SignInPage() {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const [info, setInfo] = useState<ServerInfo>();
  const [busy, setBusy] = useState(false);
  const words = t.value.signIn;
  useEffect(() => {
    document.title = `${words.title} · ${t.value.product}`;
  });
  const submit = async (event: Event) => {
    event.preventDefault();
    const before = token.value;
    setBusy(true);
    setProblem('');
    token.value = text.trim();
    try {
      const answer = await call<ServerInfo>('LineageService/GetServerInfo', {});
      forget();
      session.value += 1;
      if (answer.role) setInfo(answer);
      else go(target());
    } catch (error) {
      token.value = before;
      const code = error instanceof ApiError ? error.code : 'unknown';
      setProblem(code === 'unauthenticated' ? words.bad : (t.value.state.error[code] ?? t.value.state.error['unknown'] ?? ''));
    } finally {
      setBusy(false);
    }
  };
  if (info) {
    return (
      <div class="narrow">
        <h1>{words.done}</h1>
        {info.role && <p>{words.role(info.role)}</p>}
        <p><a class="button primary" href={target()}>{t.value.home.title}</a></p>
      </div>
    );
  }
  return (
    <form class="narrow stack" onSubmit={(event) => void submit(event)}>
      <h1>{words.title}</h1>
      <p class="muted">{words.says}</p>
      <label class="field">
        <span class="field-label">{words.token}</span>
        <input type="password" autocomplete="off" spellcheck={false} value={text} onInput={(event) => setText(event.currentTarget.value)} required />
      </label>
      {problem && <p class="field-error" role="alert">{problem}</p>}
      <div><button type="submit" class="button primary" disabled={busy || !text.trim()}>{words.go}</button></div>
    </form>
  );
}
