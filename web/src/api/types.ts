/** The shapes of the API by their names in openapi.json. */

import type { components } from "./schema";

export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

export type Permission = Schema<"Permission">;
export type License = Schema<"License">;
export type Manager = Schema<"Manager">;
export type Organization = Schema<"Organization">;
export type ManagedOrganization = Schema<"ManagedOrganization">;
