export function WhatIfPage() { return <p>soon</p>; }
