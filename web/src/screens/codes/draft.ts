/** The form of new codes, and what is sent of it. */

import type { Schema } from "~/api/types";
import { type Gives, NOTHING } from "~/components/gives/gives";

export interface Draft {
  name: string;
  /** The id of the client whose codes they are. */
  client: string | null;
  gives: Gives;
  endsOn: string;
  domain: string;
  language: Schema<"Language"> | null;
  /** Of a single one: its text, or empty for a generated one. */
  code: string;
  cap: number | string;
  message: string;
  copy: boolean;
  /** Of a batch. */
  count: number | string;
  prefix: string;
  /** One's own, in any form. */
  codes: string;
  skipInvalid: boolean;
}

export const EMPTY: Draft = {
  name: "",
  client: null,
  gives: NOTHING,
  endsOn: "",
  domain: "",
  language: null,
  code: "",
  cap: "",
  message: "",
  copy: false,
  count: 50,
  prefix: "",
  codes: "",
  skipInvalid: false,
};

function shared(draft: Draft) {
  const { name, client, gives, endsOn, domain, language } = draft;
  return {
    name,
    client,
    group: gives.group,
    licenses: gives.group ? null : [...gives.licenses],
    ends_on: endsOn || null,
    domain: domain.trim(),
    language,
  };
}

export function newCodeOf(draft: Draft): Schema<"NewCode"> {
  return {
    ...shared(draft),
    kind: "registration",
    code: draft.code.trim() || null,
    cap: draft.cap === "" ? null : Number(draft.cap),
    message: draft.message,
    send_me_a_copy: draft.copy,
  };
}

export function newCodesOf(draft: Draft, way: "batch" | "list"): Schema<"NewCodes"> {
  return way === "batch"
    ? { ...shared(draft), count: Number(draft.count), prefix: draft.prefix.trim() }
    : { ...shared(draft), codes: draft.codes, skip_invalid: draft.skipInvalid };
}
