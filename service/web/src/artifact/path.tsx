// A derivation, step by step: this one – fine-tuned from → that one.
import type { Hop } from '../wire';
import { named, t } from '../text';
import { ArtifactLink, isPlanned, Name } from '../ui/parts';

export function Path({ from, hops }: { from: string; hops: Hop[] }) {
  return (
    <span class="path">
      {isPlanned(from) ? t.value.whatif.planned : <Name text={from} />}
      {hops.map((hop, at) => (
        <span key={at} class="hop">
          <span class="hop-relation">
            {named(t.value.relation, 'RELATION_', hop.relation)}
            {hop.supposed && !isPlanned(from) && ` (${t.value.artifact.supposed})`}
          </span>
          <ArtifactLink id={hop.artifact ?? ''} />
        </span>
      ))}
    </span>
  );
}
