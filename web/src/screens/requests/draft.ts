/** A request as it is written: what each kind needs. */

import type { Schema } from "~/api/types";

export const ASKED = ["seats", "release_seat", "transfer_progress", "other"] as const;
export type Asked = (typeof ASKED)[number];

export interface Draft {
  seats: number | string;
  license: string | null;
  email: string;
  training: string;
  message: string;
}

export const EMPTY: Draft = { seats: 10, license: null, email: "", training: "", message: "" };

/** The fields of a request for support; those that its kind does not have are left out. */
export function supportOf(asked: Exclude<Asked, "seats">, draft: Draft): Schema<"NewSupportRequest"> {
  const { license, message } = draft;
  const email = draft.email.trim() || null;
  if (asked === "release_seat") return { kind: asked, email, license, message };
  if (asked === "transfer_progress") return { kind: asked, email, training: draft.training, message };
  return { kind: asked, message, ...(email && { email }) };
}
