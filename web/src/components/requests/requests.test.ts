import { expect, test } from "vitest";
import { nameOfProduct, outcomeOf, type SeatRequest, type SupportRequest, titleOf } from "./requests";

const support = (part: Partial<SupportRequest>): SupportRequest =>
  ({
    kind: "release_seat",
    state: "open",
    reply: null,
    training: null,
    product: null,
    ...part,
  }) as SupportRequest;

test("an answered request was granted, refused, or neither", () => {
  const reply = { text: "Done.", at: "2027-01-31T08:00:00Z", by: "operator@usher.example" };
  const answered = (granted: boolean | null) =>
    outcomeOf(support({ state: "answered", reply: { ...reply, granted } as SupportRequest["reply"] }));

  expect([answered(true), answered(false), answered(null)]).toEqual(["granted", "refused", "answered"]);
  expect(outcomeOf({ seats: 5, state: "approved" } as SeatRequest)).toBe("granted");
  expect(outcomeOf(support({ state: "withdrawn" }))).toBe("withdrawn");
});

test("a request is about seats of a product, or about a person's training", () => {
  expect(titleOf({ seats: 5, product: "First Aid" } as unknown as SeatRequest)).toMatchObject({
    kind: "seats",
    count: 5,
    about: "First Aid",
  });
  expect(
    titleOf(support({ kind: "transfer_progress", training: "Fire Safety", email: "ann@x.io" })),
  ).toMatchObject({ kind: "transfer_progress", about: "Fire Safety", email: "ann@x.io" });
});

test("a product is named alone or with its id", () => {
  expect(nameOfProduct("First Aid")).toBe("First Aid");
  expect(nameOfProduct({ name: "First Aid" })).toBe("First Aid");
  expect(nameOfProduct(null)).toBe("");
});
