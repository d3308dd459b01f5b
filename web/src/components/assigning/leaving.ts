const ADDRESS = /[^\s<>()"',;:]+@[^\s<>()"',;:]+/g;

/** Return the addresses of a text, one a line, without these ones. */
export function withoutAddresses(text: string, left: readonly string[]): string {
  const out = new Set(left.map((address) => address.toLowerCase()));
  return (text.match(ADDRESS) ?? []).filter((address) => !out.has(address.toLowerCase())).join("\n");
}
