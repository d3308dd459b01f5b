import { expect, test } from "vitest";
import type { License } from "~/api/types";
import { type Draft, licenseTarget, requestOf } from "./draft";

const license = (id: string, kind: License["product"]["kind"]): License => ({
  id,
  product: { id: `P${id}`, name: id, kind },
  flex: false,
  parent: null,
  seats: { total: 5, assigned: 0, reserved: 0, sublicensed: 0, available: 5 },
  starts_at: null,
  valid_from: "2026-11-01T00:00:00Z",
  valid_until: "2027-11-01T00:00:00Z",
});
const draft: Draft = {
  client: null,
  kind: "licenses",
  targets: [licenseTarget(license("A", "course"))],
  start: "2026-12-01",
  addresses: ["ann@x.io"],
  repeated: 0,
  message: "Welcome",
  language: "de",
};

test("a start is sent only where it may be chosen", () => {
  expect(requestOf(draft).access_start).toBe("2026-12-01");
  expect(
    requestOf({ ...draft, targets: [...draft.targets, licenseTarget(license("S", "subscription"))] })
      .access_start,
  ).toBeNull();
});

test("groups of a client are sent as such", () => {
  const request = requestOf({ ...draft, kind: "groups", client: { id: "K", name: "Harbor" } }, draft.message);

  expect(request).toMatchObject({ groups: ["A"], client: "K", message: "Welcome", language: "de" });
  expect(request.licenses).toBeUndefined();
});
