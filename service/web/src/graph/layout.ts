// Where the boxes stand. Origins to the left, what was made from them to the right, a column a step.
//
// Two ways: a whole picture at once (columns by the longest way, few crossings), and one more box beside others that
// stay where they are.

export const nodeWidth = 236;
export const nodeHeight = 74;
export const columnGap = 168;
export const rowGap = 22;
// What a long edge takes where it passes between boxes.
const passHeight = 14;

export interface Link {
  child: string;
  parent: string;
}

export interface Place {
  column: number;
  y: number;
}

export interface Placed {
  nodes: Map<string, Place>;
  // For an edge over more than one column, by "child\nparent": the heights at which it passes, from the child on.
  passes: Map<string, number[]>;
}

export const columnX = (column: number) => column * (nodeWidth + columnGap);
export const linkKey = (link: Link) => `${link.child}\n${link.parent}`;

// Steps from the focus by the longest way, upstream negative. Cycles end where they began.
export function columnsOf(focus: string, ids: string[], links: Link[]): Map<string, number> {
  const parents = new Map<string, string[]>();
  const children = new Map<string, string[]>();
  const known = new Set(ids);
  for (const { child, parent } of links) {
    if (!known.has(child) || !known.has(parent) || child === parent) continue;
    (parents.get(child) ?? parents.set(child, []).get(child))?.push(parent);
    (children.get(parent) ?? children.set(parent, []).get(parent))?.push(child);
  }
  const columns = new Map<string, number>([[focus, 0]]);
  const walk = (next: Map<string, string[]>, sign: number) => {
    // Which boxes this direction reaches, then the longest way among them; a bound ends what a cycle would go on with.
    const reached = new Set<string>([focus]);
    for (const id of reached) for (const other of next.get(id) ?? []) if (!columns.has(other) || other === focus) reached.add(other);
    const depth = new Map<string, number>([[focus, 0]]);
    let work = [focus];
    for (let round = 0; work.length && round < Math.min(reached.size, 64); round += 1) {
      const later: string[] = [];
      for (const id of work) {
        for (const other of next.get(id) ?? []) {
          if (other === focus || !reached.has(other)) continue;
          if ((depth.get(other) ?? 0) < round + 1) {
            depth.set(other, round + 1);
            later.push(other);
          }
        }
      }
      work = [...new Set(later)];
    }
    for (const [id, steps] of depth) if (!columns.has(id)) columns.set(id, sign * steps);
  };
  walk(parents, -1);
  walk(children, 1);
  // What hangs on neither way (another parent of something made from the focus) stands before what it leads to.
  for (let changed = true; changed; ) {
    changed = false;
    for (const id of ids) {
      if (columns.has(id)) continue;
      const right = (children.get(id) ?? []).map((other) => columns.get(other)).filter((column): column is number => column !== undefined);
      const left = (parents.get(id) ?? []).map((other) => columns.get(other)).filter((column): column is number => column !== undefined);
      if (right.length) columns.set(id, Math.min(...right) - 1);
      else if (left.length) columns.set(id, Math.max(...left) + 1);
      else continue;
      changed = true;
    }
  }
  for (const id of ids) if (!columns.has(id)) columns.set(id, 0);
  return columns;
}

interface Cell {
  key: string;
  height: number;
  near: Cell[];
  far: Cell[];
  y: number;
}

// Heights as near as can be to the wished ones, in the given order and without overlaps: neighbours that would overlap
// are moved as one block (pool adjacent violators).
function settle(cells: Cell[], wished: number[]) {
  const blocks: { from: number; count: number; sum: number }[] = [];
  const offset: number[] = [];
  let total = 0;
  cells.forEach((cell, at) => {
    const before = cells[at - 1];
    if (before) total += (before.height + cell.height) / 2 + (before.height > passHeight || cell.height > passHeight ? rowGap : 6);
    offset.push(total);
    blocks.push({ from: at, count: 1, sum: (wished[at] as number) - total });
    for (;;) {
      const last = blocks[blocks.length - 1];
      const previous = blocks[blocks.length - 2];
      if (!last || !previous || previous.sum / previous.count <= last.sum / last.count) break;
      previous.count += last.count;
      previous.sum += last.sum;
      blocks.pop();
    }
  });
  for (const block of blocks) {
    for (let at = block.from; at < block.from + block.count; at += 1) (cells[at] as Cell).y = block.sum / block.count + (offset[at] as number);
  }
}

const mean = (cells: Cell[], otherwise: number) => (cells.length ? cells.reduce((sum, cell) => sum + cell.y, 0) / cells.length : otherwise);

// The whole picture at once.
export function layout(focus: string, ids: string[], links: Link[]): Placed {
  const columns = columnsOf(focus, ids, links);
  const cells = new Map<string, Cell>();
  const layers = new Map<number, Cell[]>();
  const add = (key: string, column: number, height: number): Cell => {
    const cell: Cell = { key, height, near: [], far: [], y: 0 };
    cells.set(key, cell);
    (layers.get(column) ?? layers.set(column, []).get(column))?.push(cell);
    return cell;
  };
  // Names in order, so that the same graph is the same picture.
  for (const id of [...ids].sort()) add(id, columns.get(id) ?? 0, nodeHeight);
  const chains = new Map<string, Cell[]>();
  for (const link of links) {
    const child = cells.get(link.child);
    const parent = cells.get(link.parent);
    const from = columns.get(link.child);
    const to = columns.get(link.parent);
    if (!child || !parent || from === undefined || to === undefined || from <= to || chains.has(linkKey(link))) continue;
    const chain: Cell[] = [];
    let last = child;
    for (let column = from - 1; column > to; column -= 1) {
      const pass = add(`${linkKey(link)}\n${column}`, column, passHeight);
      last.near.push(pass);
      pass.far.push(last);
      chain.push(pass);
      last = pass;
    }
    last.near.push(parent);
    parent.far.push(last);
    chains.set(linkKey(link), chain);
  }
  // `near` leads to the left, `far` to the right.
  const order = [...layers.keys()].sort((a, b) => a - b);
  for (const column of order) {
    const layer = layers.get(column) as Cell[];
    let y = 0;
    for (const cell of layer) {
      cell.y = y;
      y += cell.height + rowGap;
    }
    for (const cell of layer) cell.y -= y / 2;
  }
  // Sweeps to and fro: order by the mean of the neighbours, then heights near it.
  for (let sweep = 0; sweep < 10; sweep += 1) {
    const leftward = sweep % 2 === 0;
    for (const column of leftward ? [...order].reverse() : order) {
      const layer = layers.get(column) as Cell[];
      const wish = new Map(layer.map((cell) => {
        const side = leftward ? cell.far : cell.near;
        const both = sweep < 6 ? side : [...cell.near, ...cell.far];
        return [cell, mean(both.length ? both : [...cell.near, ...cell.far], cell.y)] as const;
      }));
      if (sweep < 7) layer.sort((a, b) => (wish.get(a) as number) - (wish.get(b) as number) || (a.key < b.key ? -1 : 1));
      settle(layer, layer.map((cell) => wish.get(cell) as number));
    }
  }
  const zero = cells.get(focus)?.y ?? 0;
  const nodes = new Map<string, Place>();
  for (const id of ids) nodes.set(id, { column: columns.get(id) ?? 0, y: (cells.get(id)?.y ?? 0) - zero });
  const passes = new Map<string, number[]>();
  for (const [key, chain] of chains) if (chain.length) passes.set(key, chain.map((cell) => cell.y - zero));
  return { nodes, passes };
}

// The height nearest to the wished one at which a column still has room.
export function freeSlot(column: number, wished: number, placed: Iterable<Place>): number {
  const step = nodeHeight + rowGap;
  const taken = [...placed].filter((place) => place.column === column).map((place) => place.y).sort((a, b) => a - b);
  const fits = (y: number) => taken.every((other) => Math.abs(other - y) >= step - 0.5);
  if (fits(wished)) return wished;
  // Room begins right above or below something that stands.
  const candidates = taken.flatMap((y) => [y - step, y + step]).filter(fits);
  return candidates.reduce((best, y) => (Math.abs(y - wished) < Math.abs(best - wished) ? y : best), candidates[0] ?? (taken[taken.length - 1] ?? 0) + step);
}

// More boxes beside those that stand: nothing that is placed moves.
export function placeBeside(placed: Map<string, Place>, anchor: string, side: 'up' | 'down', ids: string[]): Map<string, Place> {
  const result = new Map(placed);
  const from = placed.get(anchor) ?? { column: 0, y: 0 };
  const column = from.column + (side === 'up' ? -1 : 1);
  const step = nodeHeight + rowGap;
  ids.filter((id) => !result.has(id)).forEach((id, at, all) => {
    const wished = from.y + (at - (all.length - 1) / 2) * step;
    result.set(id, { column, y: freeSlot(column, wished, result.values()) });
  });
  return result;
}
