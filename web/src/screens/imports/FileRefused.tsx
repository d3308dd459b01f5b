import { ApiProblem } from "~/api/problems";
import type { Schema } from "~/api/types";
import { ProblemAlert } from "~/components/ProblemAlert";

/** Says why a file was refused and what to do about it, as any other refusal. */
export function FileRefused({ problem }: { problem: Schema<"FileProblem"> }) {
  const { code, title, detail, next_action } = problem;
  return <ProblemAlert error={new ApiProblem(422, code, title, detail, next_action)} />;
}
