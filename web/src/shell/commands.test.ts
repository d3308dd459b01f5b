import { expect, test } from "vitest";
import { type Command, matching } from "./commands";

const commands: Command[] = [
  { id: "1", label: "Team", description: "Zürich", run: "/team" },
  { id: "2", label: "Invite a manager", run: "/team?invite=true" },
];
const found = (query: string) => matching(commands, query).map((command) => command.id);

test("a command is found by its words in any order, whatever their case and marks", () => {
  expect(found("manager inv")).toEqual(["2"]);
  expect(found("zurich")).toEqual(["1"]);
});

test("an empty query finds all, an odd one nothing", () => {
  expect(found(" ")).toEqual(["1", "2"]);
  expect(found("team x")).toEqual([]);
});
