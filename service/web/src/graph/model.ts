// What is known of the derivation, and what of it is shown.
import type { Graph, GraphNode } from '../wire';
import { word } from '../text';
import { strictness, verdictWord } from '../ui/verdict';
import type { Link } from './layout';

export interface GraphLink extends Link {
  relation: string;
}

export type Side = 'up' | 'down';

// Siblings beyond this many are folded into one box.
export const foldBeyond = 12;
const shownOfFolded = 9;

export const relationGroups: Record<string, string[]> = {
  copy: ['quantized-from', 'converted-from'],
  parts: ['incorporates', 'bundles'],
  adapt: ['finetuned-from', 'continued-from', 'merged-from', 'pruned-from', 'derived-from-dataset', 'adapter-of'],
  outputs: ['distilled-from', 'generated-with'],
  training: ['trained-on'],
  none: ['reimplements', 'shares-tokenizer-with', 'same-architecture-as', 'checkpoint-of', 'supersedes'],
};

export function groupOf(relation: string): string {
  return Object.keys(relationGroups).find((group) => relationGroups[group]?.includes(relation)) ?? 'none';
}

export class Known {
  readonly nodes = new Map<string, GraphNode>();
  readonly links = new Map<string, GraphLink>();
  // Of whom all parents, all children are known.
  readonly complete = { up: new Set<string>(), down: new Set<string>() };
  omitted = 0;

  // `up` and `down`: the levels that were asked for.
  add(graph: Graph, up: number, down: number) {
    for (const node of graph.nodes ?? []) this.nodes.set(node.id, node);
    for (const edge of graph.edges ?? []) {
      const relation = word('RELATION_', edge.relation);
      this.links.set(`${edge.child}\n${relation}\n${edge.parent}`, { child: edge.child, parent: edge.parent, relation });
    }
    this.omitted = Number(graph.omitted ?? 0);
    if (this.omitted > 0) {
      // Which neighbours were left out is not told; those of the focus come first.
      return;
    }
    this.mark(graph, 'up', up);
    this.mark(graph, 'down', down);
  }

  private mark(graph: Graph, side: Side, levels: number) {
    let row = [graph.focus];
    const seen = new Set(row);
    for (let level = 0; level < levels && row.length; level += 1) {
      for (const id of row) this.complete[side].add(id);
      row = row.flatMap((id) => this.neighbours(id, side).map((link) => (side === 'up' ? link.parent : link.child))).filter((id) => !seen.has(id) && seen.add(id));
    }
  }

  neighbours(id: string, side: Side): GraphLink[] {
    return [...this.links.values()].filter((link) => (side === 'up' ? link.child : link.parent) === id);
  }

  // Ids one step away over the relations that are shown, the gravest answers first.
  steps(id: string, side: Side, shown: Set<string>): string[] {
    const ids = this.neighbours(id, side).filter((link) => shown.has(groupOf(link.relation))).map((link) => (side === 'up' ? link.parent : link.child));
    return [...new Set(ids)].sort((a, b) => this.grave(a) - this.grave(b) || (a < b ? -1 : 1));
  }

  private grave(id: string): number {
    return strictness(verdictWord(this.nodes.get(id)?.verdict));
  }
}

// Of siblings: those to show and how many are folded. `keep`: never folded. `open`: how many more somebody asked for.
export function fold(ids: string[], keep: Set<string>, open: number): { shown: string[]; folded: string[] } {
  if (ids.length <= foldBeyond || ids.length <= shownOfFolded + open + 1) return { shown: ids, folded: [] };
  const first = ids.filter((id) => keep.has(id));
  const rest = ids.filter((id) => !keep.has(id));
  const room = Math.max(0, shownOfFolded + open - first.length);
  return { shown: [...first, ...rest.slice(0, room)], folded: rest.slice(room) };
}
