import { api, unwrap } from "~/api/client";

interface Giving {
  organization: string;
  group: string;
  license: string;
  /** Whether the present members are given it, too. */
  toMembers: boolean;
}

/**
 * Add a license to a group, or give one that it has to those members who lack it; return how many got it. One
 * request gives a thousand seats at most: the rest follows under keys of its own.
 */
export async function giveLicense(giving: Giving, idempotencyKey: string): Promise<number> {
  let given = 0;
  for (let round = 0; ; round += 1) {
    const result = await unwrap(
      api.POST("/v1/organizations/{organization}/groups/{group}/licenses", {
        params: {
          path: { organization: giving.organization, group: giving.group },
          header: { "Idempotency-Key": `${idempotencyKey}-${giving.license}-${round}` },
        },
        body: { license: giving.license, apply_to_members: giving.toMembers },
      }),
    );
    given += result.given;
    if (!giving.toMembers || result.left === 0 || result.given === 0) return given;
  }
}
