import { Alert, List, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "~/api/problems";
import { DateTime } from "./DateTime";
import { useErrorTexts } from "./errorTexts";
import classes from "./ProblemAlert.module.css";

interface Props {
  /** What failed; nothing is shown for none. */
  error: unknown;
  /** Fields whose reasons are shown beside them, and so not here. */
  besideFields?: readonly string[];
}

/** Says beside what a refusal is about why it was refused and what to do now. Read out when it appears. */
export function ProblemAlert({ error, besideFields = [] }: Props) {
  return error ? <Shown error={error} besideFields={besideFields} /> : null;
}

/** Whose change is in the way of one's own, and when it was made. */
function ChangedBy({ error }: Pick<Props, "error">) {
  const { t } = useTranslation("components");
  const { changed_at: at, changed_by: by, changed_by_name: name } = factsOf(error);
  if (typeof at !== "string") return null;
  return (
    <Text size="sm">
      {t("stale.by", { name: name ?? by })} · <DateTime value={at} style="datetime" />
    </Text>
  );
}

const factsOf = (error: unknown) => (error instanceof ApiProblem ? error.facts : {});

function Shown({ error, besideFields = [] }: Props) {
  const { t } = useTranslation("components");
  const texts = useErrorTexts(error);
  const fields =
    error instanceof ApiProblem ? error.fields.filter((one) => !besideFields.includes(one.field)) : [];
  return (
    <Alert classNames={classes} icon={<IconAlertTriangle size={20} />} title={texts.title} variant="default">
      {texts.detail && (
        <Text size="sm" lang={texts.isDetailEnglish ? "en" : undefined}>
          {texts.detail}
        </Text>
      )}
      {fields.length > 0 && (
        <List size="sm">
          {fields.map((one) => (
            <List.Item key={one.field}>
              {one.field}: {one.reason}
            </List.Item>
          ))}
        </List>
      )}
      <ChangedBy error={error} />
      {texts.nextAction && (
        <Text size="sm" fw={600}>
          {texts.nextAction}
        </Text>
      )}
      {texts.reference && (
        <Text size="xs" mt={4}>
          {t("error.reference", { reference: texts.reference })}
        </Text>
      )}
    </Alert>
  );
}
