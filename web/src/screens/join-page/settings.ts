/** The form of the join page's settings, and what is sent of it. */

import type { Schema } from "~/api/types";
import type { Gives } from "~/components/gives/gives";

export interface Draft {
  /** Of the settings that the form began with: somebody else may have saved others since. */
  version: number;
  enabled: boolean;
  slug: string;
  gives: Gives;
  /** In any form: one a line, or separated by commas or spaces. */
  domains: string;
  addresses: string;
  approval: boolean;
  whenFull: Schema<"WhenFull">;
  language: Schema<"Language"> | null;
}

export function draftOf(page: Schema<"JoinPage">): Draft {
  return {
    version: page.version,
    enabled: page.enabled,
    slug: page.slug,
    gives: { licenses: page.licenses ?? [], group: page.group ?? null },
    domains: (page.domains ?? []).join("\n"),
    addresses: (page.addresses ?? []).join("\n"),
    approval: page.approval ?? false,
    whenFull: page.when_full ?? "refuse",
    language: page.language ?? null,
  };
}

/** Cut a text at commas, semicolons and white space. */
const partsOf = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);

export function settingsOf(draft: Draft): Schema<"JoinPageChange"> {
  return {
    version: draft.version,
    enabled: draft.enabled,
    slug: draft.slug.trim(),
    group: draft.gives.group,
    licenses: [...draft.gives.licenses],
    // People write a domain as it stands in an address.
    domains: partsOf(draft.domains).map((domain) => domain.replace(/^@/, "")),
    addresses: partsOf(draft.addresses),
    approval: draft.approval,
    when_full: draft.whenFull,
    language: draft.language,
  };
}

/** Return the names of the settings in which two states of the page differ. */
export function changedSettings(before: Schema<"JoinPage">, after: Schema<"JoinPage">): (keyof Draft)[] {
  const [one, other] = [draftOf(before), draftOf(after)];
  return (Object.keys(one) as (keyof Draft)[]).filter(
    (name) => name !== "version" && JSON.stringify(one[name]) !== JSON.stringify(other[name]),
  );
}

/** Whether the page gives anything: until then it cannot be switched on. */
export const givesAnything = ({ group, licenses }: Pick<Schema<"JoinPage">, "group" | "licenses">): boolean =>
  Boolean(group) || (licenses ?? []).length > 0;
