// Each right by itself, with the verdict under each reading of the law. A row opens its proof.
import type { Permissions } from '../wire';
import { allRights, type Question } from '../question';
import { t, word } from '../text';
import { VerdictIcon, VerdictMark, capped, strictest, verdictWord } from '../ui/verdict';
import { rightWord } from './sentence';

export function Rights({ permissions, question, selected, onSelect }: {
  permissions: Permissions;
  question: Question;
  selected: string;
  onSelect: (right: string) => void;
}) {
  const text = t.value;
  return (
    <ul class="rights">
      {allRights.map((right) => {
        const entry = permissions.permissions?.find((permission) => rightWord(permission.right) === right);
        const verdict = capped(verdictWord(entry?.verdict), permissions.complete);
        const others = (entry?.byStance ?? []).filter((other) => word('STANCE_', other.stance) !== question.stance && capped(verdictWord(other.verdict), permissions.complete) !== verdict);
        const asked = question.rights.includes(right);
        const worst = others.length ? strictest(others.map((other) => verdictWord(other.verdict))) : undefined;
        return (
          <li key={right} class={asked ? 'asked' : ''}>
            <button type="button" class="right" aria-pressed={selected === right} onClick={() => onSelect(right)}>
              <span class="right-name">{text.right[right]}</span>
              <VerdictMark verdict={verdict} />
              {worst && (
                <span class="right-others small">
                  {others.map((other) => {
                    const otherVerdict = capped(verdictWord(other.verdict), permissions.complete);
                    return (
                      <span key={other.stance} class={otherVerdict}>
                        {text.stance[word('STANCE_', other.stance)]}: <span class="tone"><VerdictIcon verdict={otherVerdict} size={11} /> {text.verdict[otherVerdict]}</span>
                      </span>
                    );
                  })}
                </span>
              )}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
