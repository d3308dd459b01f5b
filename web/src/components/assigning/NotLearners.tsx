import { Alert, Button, List, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "~/api/problems";

/** The addresses that a refusal names because they are no learners'; none where it is another refusal. */
export function notLearnersOf(error: unknown): string[] {
  if (!(error instanceof ApiProblem) || error.code !== "not_learners") return [];
  const named = error.facts.not_learners;
  return Array.isArray(named) ? named.filter((one) => typeof one === "string") : [];
}

interface Props {
  named: readonly string[];
  /** What to do about them. */
  text: string;
  onLeaveOut: () => void;
}

/** Says who is no learner yet, and offers to go on without them. */
export function NotLearners({ named, text, onLeaveOut }: Props) {
  const { t } = useTranslation("components");
  return (
    <Alert
      icon={<IconAlertTriangle size={20} />}
      title={t("notLearners.title", { count: named.length })}
      variant="default"
    >
      <Text size="sm">{text}</Text>
      <List size="sm" my="xs">
        {named.map((address) => (
          <List.Item key={address}>{address}</List.Item>
        ))}
      </List>
      <Button variant="default" size="xs" onClick={onLeaveOut}>
        {t("notLearners.leaveOut", { count: named.length })}
      </Button>
    </Alert>
  );
}
