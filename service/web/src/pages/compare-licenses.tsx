export function CompareLicensesPage() { return <p>soon</p>; }
