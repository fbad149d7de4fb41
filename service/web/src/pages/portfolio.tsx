export function PortfolioPage() { return <p>soon</p>; }
