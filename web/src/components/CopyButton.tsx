import { Button, CopyButton as Copy } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

interface Props {
  value: string;
  label?: string;
  /** What a screen reader says instead of the label, where one sees what it copies beside it. */
  name?: string;
}

/** Copies a text, such as a link, and says so. */
export function CopyButton({ value, label, name }: Props) {
  const { t } = useTranslation("components");
  return (
    <Copy value={value} timeout={2500}>
      {({ copied, copy }) => (
        <Button
          variant="default"
          size="xs"
          onClick={copy}
          aria-label={copied ? undefined : name}
          leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
        >
          <span aria-live="polite">{copied ? t("copy.done") : (label ?? t("copy.label"))}</span>
        </Button>
      )}
    </Copy>
  );
}
