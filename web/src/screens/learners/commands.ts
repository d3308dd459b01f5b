import { IconSchool } from "@tabler/icons-react";
import type { CommandSource } from "~/shell/commands";
import { nameOf } from "./names";
import { fetchLearners } from "./queries";

const FOUND = 6;

export const learnersCommands: CommandSource = {
  area: "learners",
  search: async (query, { organization, signal }) => {
    const { items } = await fetchLearners(organization.id, { q: query, limit: FOUND }, signal);
    return items.map((learner) => ({
      id: `learner-${learner.id}`,
      label: nameOf(learner),
      description: learner.email,
      icon: IconSchool,
      run: `/organizations/${organization.id}/learners/${learner.id}`,
    }));
  },
};
