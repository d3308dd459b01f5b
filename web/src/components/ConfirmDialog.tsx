import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { FormDialog } from "./FormDialog";

interface Props<Result> {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, in one sentence. */
  children: ReactNode;
  /** The verb of what will happen, not "OK". */
  confirmLabel: string;
  confirm: (idempotencyKey: string) => Promise<Result>;
  onDone?: (result: Result) => void;
  danger?: boolean;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog<Result>({ children, confirm, confirmLabel, ...dialog }: Props<Result>) {
  return (
    <FormDialog {...dialog} submit={confirm} submitLabel={confirmLabel}>
      {() => <Text component="div">{children}</Text>}
    </FormDialog>
  );
}
