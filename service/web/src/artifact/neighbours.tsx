// One step each way, as two lists: what it was made from, and what was made from it.
import type { Edge, GetArtifactResponse } from '../wire';
import { named, t } from '../text';
import { ArtifactLink, Folded } from '../ui/parts';

function List({ title, edges, end }: { title: string; edges: Edge[]; end: 'child' | 'parent' }) {
  return (
    <div>
      <h3 class="group-title">{title}</h3>
      {edges.length === 0 ? <p class="muted">{t.value.artifact.nothing}</p> : (
        <ul class="neighbours">
          <Folded items={edges} first={8} more={t.value.graph.more}>
            {(edge, at) => (
              <li key={at}>
                <span class="hop-relation">{named(t.value.relation, 'RELATION_', edge.relation)}</span>{' '}
                <ArtifactLink id={edge[end]} />
              </li>
            )}
          </Folded>
        </ul>
      )}
    </div>
  );
}

export function Neighbours({ info }: { info: GetArtifactResponse }) {
  return (
    <div class="two-columns">
      <List title={t.value.artifact.madeFrom} edges={info.upstream ?? []} end="parent" />
      <List title={t.value.artifact.madeInto} edges={info.downstream ?? []} end="child" />
    </div>
  );
}
