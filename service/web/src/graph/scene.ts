// What the drawing shows: from what is known, what was expanded, and what is filtered, without moving what stands.
import type { Because, TheoryChoice } from '../wire';
import { word } from '../text';
import { verdictWord, type VerdictWord } from '../ui/verdict';
import { freeSlot, layout, linkKey, nodeHeight, placeBeside, rowGap, type Place } from './layout';
import { fold, groupOf, type Known, type Side } from './model';
import type { Scene } from './view';

export interface Expansion {
  id: string;
  side: Side;
}

export interface Kept {
  places: Map<string, Place>;
  passes: Map<string, number[]>;
  folds: Map<string, Place>;
}

export const nothingKept = (): Kept => ({ places: new Map(), passes: new Map(), folds: new Map() });

// The edges and boxes of the path that decides.
export function pathOf(focus: string, because: Because | undefined): { edges: Set<string>; ids: Set<string>; verdict: string } {
  const edges = new Set<string>();
  const ids = new Set<string>();
  let from = focus;
  for (const hop of because?.path ?? []) {
    const to = hop.artifact ?? '';
    edges.add(`${from}\n${to}`);
    ids.add(to);
    from = to;
  }
  return { edges, ids, verdict: verdictWord(because?.verdict) };
}

// Over which relations terms come contested, and which convey nothing, under the theory in force.
export function theoryGroups(theory: TheoryChoice[] | undefined): { contested: Set<string>; nothing: Set<string> } {
  const setting = (name: string) => word('THEORY_SETTING_', theory?.find((choice) => word('THEORY_SWITCH_', choice.theorySwitch) === name)?.setting) || 'open';
  const contested = new Set<string>();
  const nothing = new Set(['none']);
  const training = setting('weights-derive-from-data');
  if (training === 'no') nothing.add('training');
  else if (training === 'open') contested.add('training');
  const outputs = [setting('outputs-derive'), setting('contract-runs-with-outputs')];
  if (outputs.every((value) => value === 'no')) nothing.add('outputs');
  else if (!outputs.includes('yes')) contested.add('outputs');
  return { contested, nothing };
}

export function sceneOf(input: {
  focus: string;
  known: Known;
  expansions: Expansion[];
  everything: boolean;
  shown: Set<string>;
  unfolded: Map<string, number>;
  path: ReturnType<typeof pathOf>;
  theory: TheoryChoice[] | undefined;
  kept: Kept;
}): Scene {
  const { focus, known, shown, path, kept, unfolded } = input;
  const visible = new Set<string>([focus]);
  const folded: { key: string; anchor: string; side: Side; count: number; verdicts: Map<VerdictWord, number> }[] = [];
  const beside: { anchor: string; side: Side; ids: string[] }[] = [];
  if (input.everything) {
    const row = [focus];
    for (const id of row) {
      for (const other of known.steps(id, 'up', shown)) {
        if (!visible.has(other)) {
          visible.add(other);
          row.push(other);
        }
      }
    }
  }
  // An expansion counts once what it hangs on is shown, in whatever order they come.
  const pending = [...input.expansions];
  for (let progress = true; progress; ) {
    progress = false;
    for (const expansion of [...pending]) {
      if (!visible.has(expansion.id)) continue;
      pending.splice(pending.indexOf(expansion), 1);
      progress = true;
      const key = `${expansion.side}:${expansion.id}`;
      const steps = known.steps(expansion.id, expansion.side, shown).filter((id) => !visible.has(id));
      const part = fold(steps, path.ids, unfolded.get(key) ?? 0);
      for (const id of part.shown) visible.add(id);
      beside.push({ anchor: expansion.id, side: expansion.side, ids: part.shown });
      if (part.folded.length) {
        // What is folded is counted by its answers, so that a fold hides no prohibition.
        const verdicts = new Map<VerdictWord, number>();
        for (const id of part.folded) {
          const verdict = verdictWord(known.nodes.get(id)?.verdict);
          verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
        }
        folded.push({ key, anchor: expansion.id, side: expansion.side, count: part.folded.length, verdicts });
      }
    }
  }
  // The path that decides is always there, each step beside the last.
  for (const edge of path.edges) {
    const [child, parent] = edge.split('\n') as [string, string];
    if (visible.has(parent) || !known.nodes.has(parent)) continue;
    visible.add(parent);
    beside.push({ anchor: child, side: 'up', ids: [parent] });
  }
  const all = [...known.links.values()].filter((link) => visible.has(link.child) && visible.has(link.parent) && (shown.has(groupOf(link.relation)) || path.edges.has(linkKey(link))));
  const ids = [...visible].filter((id) => known.nodes.has(id));
  if (!kept.places.has(focus) && ids.length) {
    const placed = layout(focus, ids, all);
    kept.places = placed.nodes;
    kept.passes = placed.passes;
  } else {
    for (const { anchor, side, ids: more } of beside) {
      if (kept.places.has(anchor)) kept.places = placeBeside(kept.places, anchor, side, more.filter((id) => known.nodes.has(id)));
    }
    const missing = ids.filter((id) => !kept.places.has(id));
    if (missing.length) kept.places = placeBeside(kept.places, focus, 'up', missing);
  }
  const standing = () => [...ids.map((id) => kept.places.get(id) as Place), ...folded.map(({ key }) => kept.folds.get(key)).filter((place): place is Place => Boolean(place))];
  for (const { key } of folded) kept.folds.delete(key);
  for (const { key, anchor, side } of folded) {
    const from = kept.places.get(anchor) ?? { column: 0, y: 0 };
    const column = from.column + (side === 'up' ? -1 : 1);
    const siblings = ids.map((id) => kept.places.get(id) as Place).filter((place) => place.column === column);
    const low = siblings.length ? Math.max(...siblings.map((place) => place.y)) : from.y;
    kept.folds.set(key, { column, y: freeSlot(column, low + nodeHeight + rowGap, standing()) });
  }
  const expanded = new Set(input.expansions.map(({ id, side }) => `${side}:${id}`));
  const more = (id: string, side: Side): number | undefined => {
    if (expanded.has(`${side}:${id}`) || (input.everything && side === 'up')) return 0;
    const hidden = known.steps(id, side, shown).filter((other) => !visible.has(other)).length;
    if (known.complete[side].has(id)) return hidden;
    return undefined;
  };
  return {
    focus,
    nodes: ids.map((id) => {
      const place = kept.places.get(id) as Place;
      // Outward only: what a base was made into besides is a matter of the base's own picture.
      return {
        node: known.nodes.get(id) as Scene['nodes'][number]['node'],
        place,
        more: { up: place.column <= 0 ? more(id, 'up') : 0, down: place.column >= 0 ? more(id, 'down') : 0 },
      };
    }),
    folds: folded.map((entry) => ({ ...entry, place: kept.folds.get(entry.key) as Place })),
    links: all.map((link) => ({ ...link, pass: kept.passes.get(linkKey(link)) })),
    path: path.edges,
    pathVerdict: path.verdict,
    ...theoryGroups(input.theory),
  };
}
