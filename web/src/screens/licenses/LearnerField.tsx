import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useOrganization } from "~/shell/organization";
import { learnerChoicesQuery } from "./queries";

const PAUSE_MS = 250;

/** Finds a learner by name or address; who is chosen is told, and the field is empty for the next one. */
export function LearnerField({ onChosen }: { onChosen: (email: string) => void }) {
  const { t } = useTranslation("licenses");
  const organization = useOrganization();
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const choices = useQuery(learnerChoicesQuery(organization.id, asked));
  const data = (choices.data?.items ?? []).map(({ email, first_name, last_name }) => {
    const name = [first_name, last_name].filter(Boolean).join(" ");
    return { value: email, label: name ? `${name} · ${email}` : email };
  });
  return (
    <Select
      label={t("give.find")}
      placeholder={t("give.findHint")}
      data={data}
      // The server has searched.
      filter={({ options }) => options}
      searchable
      withScrollArea={false}
      styles={{ dropdown: { maxHeight: 220, overflowY: "auto" } }}
      nothingFoundMessage={choices.isFetching ? undefined : t("give.noLearner")}
      value={null}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(email) => {
        if (email) onChosen(email);
        setTyped("");
      }}
    />
  );
}
