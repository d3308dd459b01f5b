import { Button, CopyButton as Copy } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

/** Copies a text, such as a link, and says so. */
export function CopyButton({ value, label }: { value: string; label?: string }) {
  const { t } = useTranslation("components");
  return (
    <Copy value={value} timeout={2500}>
      {({ copied, copy }) => (
        <Button
          variant="default"
          size="xs"
          onClick={copy}
          leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
        >
          <span aria-live="polite">{copied ? t("copy.done") : (label ?? t("copy.label"))}</span>
        </Button>
      )}
    </Copy>
  );
}
