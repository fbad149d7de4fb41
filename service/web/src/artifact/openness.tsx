// Is it open? Always by a named definition; the page never calls a model "open source" by itself.
import { optionsOf, type Question } from '../question';
import { useAnswer } from '../query';
import type { OpennessResponse } from '../wire';
import { named, t, word } from '../text';
import { ArtifactLink, Failure, Name, Spinner } from '../ui/parts';
import { VerdictIcon, type VerdictWord } from '../ui/verdict';

const icons: Record<string, VerdictWord> = { yes: 'permitted', no: 'prohibited', unknown: 'undetermined' };

export function Openness({ id, question }: { id: string; question: Question }) {
  const { context: _, ...options } = optionsOf(question);
  const answer = useAnswer<OpennessResponse>('PermissionService/AssessOpenness', { artifact: id, options });
  const text = t.value;
  if (answer.error) return answer.error.code === 'invalid_argument' ? <p class="muted">{text.artifact.opennessNone}</p> : <Failure error={answer.error} again={answer.again} />;
  if (!answer.data) return <Spinner />;
  return (
    <ul class={`openness${answer.loading ? ' updating' : ''}`}>
      {(answer.data.answers ?? []).map((definition) => {
        const key = word('OPENNESS_ANSWER_', definition.answer);
        const icon = icons[key] ?? 'undetermined';
        const value = definition.value && !['yes', 'no', 'unknown'].includes(definition.value) ? definition.value.replace(/-/g, ' ') : '';
        const missing = (definition.needs ?? []).filter((need) => word('OPENNESS_ANSWER_', need.answer) !== 'yes');
        return (
          <li key={definition.definition}>
            <details class={icon}>
              <summary>
                <span class="mark"><VerdictIcon verdict={icon} size={14} /> {text.yesNo[key] ?? key}</span>
                <span>{named(text.opennessName, 'OPENNESS_DEFINITION_', definition.definition)}</span>
                {value && <span class="muted small">{value}</span>}
              </summary>
              <div class="proof-body">
                {definition.limit?.base && (
                  <p>{text.artifact.heldDown('\n').split('\n')[0]}<ArtifactLink id={definition.limit.base} />{text.artifact.heldDown('\n').split('\n')[1]}</p>
                )}
                {missing.length > 0 && <p class="group-label">{text.artifact.missing}</p>}
                <ul class="needs">
                  {(missing.length ? missing : (definition.needs ?? [])).map((need, at) => (
                    <li key={at} class={icons[word('OPENNESS_ANSWER_', need.answer)] ?? 'undetermined'}>
                      <span class="tone"><VerdictIcon verdict={icons[word('OPENNESS_ANSWER_', need.answer)] ?? 'undetermined'} size={12} /></span>
                      <span lang="en"><strong>{need.needs}</strong>: <Name text={need.why ?? ''} /></span>
                    </li>
                  ))}
                </ul>
              </div>
            </details>
          </li>
        );
      })}
    </ul>
  );
}
