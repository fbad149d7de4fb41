export function ChangesPage() { return <p>soon</p>; }
