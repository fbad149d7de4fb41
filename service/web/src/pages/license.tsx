export function LicensePage() { return <p>soon</p>; }
export function LicensesPage() { return <p>soon</p>; }
