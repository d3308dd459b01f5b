/** Whether the start of an access can be moved (DESIGN 2, Start of access). */

import type { License, Schema } from "~/api/types";

type Access = Pick<Schema<"Access">, "state" | "method" | "product" | "starts_at">;

/**
 * While it is still to come, but for a seat that a manager took, and for a subscription that is not flex: that
 * one starts on its license's date.
 */
export function isMovable(access: Access, license: Pick<License, "flex"> | undefined): boolean {
  if (access.state !== "scheduled" || access.method === "self_assignment") return false;
  return access.product.kind !== "subscription" || license?.flex === true;
}
