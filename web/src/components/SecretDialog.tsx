import { Button, Code, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { CopyButton } from "./CopyButton";
import classes from "./SecretDialog.module.css";

interface Props {
  /** What can be read this once; nothing is shown without it. */
  secret: string | null;
  title: string;
  /** What it is for, and how it is used. */
  children: ReactNode;
  onClose: () => void;
}

/** A secret that nobody can read again. Only its button closes it, not a click beside it. */
export function SecretDialog({ secret, title, children, onClose }: Props) {
  const { t } = useTranslation("components");
  return (
    <Modal
      opened={secret !== null}
      onClose={onClose}
      title={title}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack>
        <Text component="div">{children}</Text>
        <Code block className={classes.secret}>
          {secret}
        </Code>
        <Text size="sm" fw={600}>
          {t("secret.once")}
        </Text>
        <Group justify="space-between">
          <CopyButton value={secret ?? ""} />
          <Button onClick={onClose}>{t("secret.kept")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
