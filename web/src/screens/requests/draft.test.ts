import { expect, test } from "vitest";
import { EMPTY, supportOf } from "./draft";

const DRAFT = {
  ...EMPTY,
  license: "01LICENSE",
  email: " ann@x.io ",
  training: "First Aid",
  message: "Please.",
};

test("a request has the fields of its kind alone", () => {
  expect(supportOf("release_seat", DRAFT)).toEqual({
    kind: "release_seat",
    email: "ann@x.io",
    license: "01LICENSE",
    message: "Please.",
  });
  expect(supportOf("transfer_progress", DRAFT)).toEqual({
    kind: "transfer_progress",
    email: "ann@x.io",
    training: "First Aid",
    message: "Please.",
  });
});

test("another question needs nobody's address", () => {
  expect(supportOf("other", { ...DRAFT, email: " " })).toEqual({ kind: "other", message: "Please." });
});
