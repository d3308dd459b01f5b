/** What a manager has chosen and pasted so far, and the request that it makes. */

import type { License, Schema } from "~/api/types";
import type { NewInvites } from "./queries";
import { mayChooseStart } from "./startRule";

/** A license or a group that people can be invited to. */
export interface Target {
  id: string;
  name: string;
  licenses: readonly License[];
}

export type TargetKind = "licenses" | "groups";

export interface Draft {
  /** The client whose invites they are; null for one's own. */
  client: { id: string; name: string } | null;
  kind: TargetKind;
  targets: readonly Target[];
  /** The day on which access starts; null for on acceptance. */
  start: string | null;
  /** What was pasted; as soon as it was understood, one address each. */
  addresses: readonly string[];
  /** How many addresses were pasted more than once. */
  repeated: number;
  message: string;
  /** The language of its emails and pages; null for that of the organization. */
  language: Schema<"Language"> | null;
}

export const licensesOf = (draft: Draft) => draft.targets.flatMap((target) => target.licenses);

export const startIsChoosable = (draft: Draft) => mayChooseStart(licensesOf(draft), draft.kind);

/** Write the draft as the API takes it. What cannot be read is left out: the person was shown it. */
export function requestOf(draft: Draft, message = ""): NewInvites {
  const ids = draft.targets.map((target) => target.id);
  return {
    emails: [...draft.addresses],
    client: draft.client?.id ?? null,
    ...(draft.kind === "groups" ? { groups: ids } : { licenses: ids }),
    access_start: startIsChoosable(draft) ? draft.start : null,
    message,
    language: draft.language,
    first_name: "",
    last_name: "",
    skip_invalid: true,
  };
}

export const licenseTarget = (license: License): Target => ({
  id: license.id,
  name: license.product.name,
  licenses: [license],
});
