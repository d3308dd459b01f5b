import type { Schema } from "~/api/types";
import type { Gives } from "~/components/gives/gives";

export const grantOf = (gives: Gives): Schema<"Grant"> => ({
  licenses: [...gives.licenses],
  group: gives.group,
});

export const givesOf = (grant: Schema<"Grant">): Gives => ({
  licenses: grant.licenses ?? [],
  group: grant.group ?? null,
});
