import type { Schema } from "~/api/types";

type Named = Pick<Schema<"Invite">, "first_name" | "last_name" | "email">;

/** The invited person's name, or the address where none is known. */
export const nameOf = (invite: Named): string =>
  [invite.first_name, invite.last_name].filter(Boolean).join(" ") || invite.email;

/** What an invite is to: its groups, and the products of its licenses. */
export function whatOf(invite: Pick<Schema<"Invite">, "licenses" | "groups">): string[] {
  return invite.groups.length > 0
    ? invite.groups.map((group) => group.name)
    : invite.licenses.map((license) => license.product.name);
}
