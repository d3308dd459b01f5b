/** Read domains however they were typed or pasted: with an @, in capitals, several with commas between them. */
export function domainsIn(typed: readonly string[]): string[] {
  const domains = typed
    .flatMap((one) => one.split(/[\s,;]+/))
    .map((one) => one.replace(/^.*@/, "").toLowerCase())
    .filter(Boolean);
  return [...new Set(domains)];
}
