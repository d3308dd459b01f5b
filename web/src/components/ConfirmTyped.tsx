import { Text, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "./FormDialog";

interface Props<Result> {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What will be lost, in one sentence. */
  children: ReactNode;
  /** What has to be typed, such as the address of the learner to erase. */
  word: string;
  confirmLabel: string;
  confirm: (idempotencyKey: string) => Promise<Result>;
  onDone?: (result: Result) => void;
}

/** Asks for a word before something that loses data for good. */
export function ConfirmTyped<Result>({
  children,
  word,
  confirm,
  confirmLabel,
  onClose,
  ...dialog
}: Props<Result>) {
  const { t } = useTranslation("components");
  const [typed, setTyped] = useState("");
  const close = () => {
    setTyped("");
    onClose();
  };
  return (
    <FormDialog
      {...dialog}
      danger
      onClose={close}
      submit={confirm}
      submitLabel={confirmLabel}
      disabled={typed.trim().toLocaleLowerCase() !== word.toLocaleLowerCase()}
    >
      {() => (
        <>
          <Text component="div">{children}</Text>
          <TextInput
            label={t("confirm.type", { word })}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
        </>
      )}
    </FormDialog>
  );
}
