import { expect, test } from "vitest";
import type { Schema } from "~/api/types";
import { factsOf } from "./history";

const license = (name: string) => ({ id: "01L", product: { id: "01P", name } });
const event = (type: string, data: unknown) => ({ type, data }) as Schema<"Event">;

test("of a batch only what is about the person is told", () => {
  const invite = (email: string, course: string) => ({
    email,
    licenses: [license(course)],
    groups: [{ id: "01G", name: "Night shift" }],
    access_start: "2027-02-01T00:00:00Z",
  });
  const invites = [invite("ann@a.example", "First Aid"), invite("ben@a.example", "Languages")];

  expect(factsOf(event("invites.created", { invites }), "ann@a.example")).toEqual({
    about: ["First Aid", "Night shift"],
    startsAt: "2027-02-01T00:00:00Z",
  });
});

test("a course is named once, however often the event names it", () => {
  const access = { email: "ann@a.example", license: license("First Aid"), start_at: null };
  const data = { license: license("First Aid"), started: [access], scheduled: [] };

  expect(factsOf(event("seats.assigned", data), "ann@a.example")).toEqual({
    about: ["First Aid"],
    startsAt: null,
  });
});
