export function GraphPage() { return <p>soon</p>; }
