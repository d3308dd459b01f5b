const LONGEST = 48;

/** What a marks-free letter is written as in an address. */
const WRITTEN: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", ø: "o", ł: "l" };

/** Propose an address for a name: lower-case letters, digits and dashes. */
export function slugFor(name: string): string {
  return name
    .toLowerCase()
    .replace(/[ßæøł]/g, (letter) => WRITTEN[letter] ?? "")
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, "");
}
