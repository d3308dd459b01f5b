import { Alert, List } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";

interface Props {
  results: readonly Schema<"Assigned">[];
  title: (count: number) => string;
  onClose: () => void;
}

/** Says who was given nothing, and why: somebody else was quicker with the seats. Nothing where all went well. */
export function Outcomes({ results, title, onClose }: Props) {
  const { t } = useTranslation("components");
  const failed = results.filter((one) => one.outcome === "no_seat" || one.outcome === "not_a_learner");
  if (failed.length === 0) return null;
  return (
    <Alert
      role="alert"
      title={title(failed.length)}
      variant="default"
      withCloseButton
      closeButtonLabel={t("outcome.close")}
      onClose={onClose}
    >
      <List size="sm">
        {failed.map((one) => (
          <List.Item key={one.person}>
            {one.email}: {t(`outcome.${one.outcome}`)}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
