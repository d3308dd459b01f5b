import { Button, Group, Modal, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "~/api/problems";
import { useIdempotencyKey } from "./idempotencyKey";
import { ProblemAlert } from "./ProblemAlert";
import { useOnce } from "./useOnce";
import { ZoneScope } from "./ZoneScope";

type ReasonFor = (field: string) => string | undefined;

interface Props<Result> {
  opened: boolean;
  onClose: () => void;
  title: string;
  submitLabel: string;
  /** Send the command under this `Idempotency-Key`. */
  submit: (idempotencyKey: string) => Promise<Result>;
  /** Called with the answer; the dialog closes. */
  onDone?: (result: Result) => void;
  /** The fields; `reasonFor` says why the API refused one, and `forget` takes the refusal off the form. */
  children: (reasonFor: ReasonFor, forget: () => void) => ReactNode;
  /** Fields of the request that are shown, so that their reasons stand beside them. */
  fields?: readonly string[];
  danger?: boolean;
  disabled?: boolean;
  size?: string;
}

/**
 * A dialog with a form that sends one command: it shows that it runs, says what was refused beside the fields, can
 * be tried again, and never does a thing twice. The fields' state is the caller's; it begins anew with each opening.
 */
export function FormDialog<Result>(props: Props<Result>) {
  const { opened, onClose, title, size } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={size} closeButtonProps={useCloseButton()}>
      <ZoneScope>
        <Form {...props} />
      </ZoneScope>
    </Modal>
  );
}

function useCloseButton() {
  const { t } = useTranslation("components");
  return { "aria-label": t("dialog.close") };
}

function Form<Result>(props: Props<Result>) {
  const { t } = useTranslation("components");
  const { onClose, submit, onDone, children, fields = [], danger, disabled, submitLabel } = props;
  const key = useIdempotencyKey();
  const command = useMutation<Result, Error>({
    mutationFn: () => submit(key.value),
    onError: key.after,
    onSuccess: (result) => {
      key.renew();
      onClose();
      onDone?.(result);
    },
  });
  const send = useOnce(command);
  const reasonFor: ReasonFor = (field) =>
    command.error instanceof ApiProblem ? command.error.reasonFor(field) : undefined;
  return (
    <form
      onChange={key.changed}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Stack>
        <ProblemAlert error={command.error} besideFields={fields} />
        {children(reasonFor, command.reset)}
        <Group justify="flex-end" mt="xs">
          <Button variant="default" onClick={onClose}>
            {t("dialog.cancel")}
          </Button>
          <Button
            type="submit"
            color={danger ? "red" : undefined}
            loading={command.isPending}
            disabled={disabled}
          >
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
