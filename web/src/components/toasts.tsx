import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import i18next from "i18next";
import { ApiProblem } from "~/api/problems";
import { loadProblemTexts, type ProblemTexts, problemTextsOf } from "./problemTexts";
import { sayBesideRows } from "./rowProblems";
import classes from "./toasts.module.css";
import { scheduleUndoable } from "./undo";

const SHOWN_MS = 6000;

const shared = { withCloseButton: true, closeButtonProps: {}, classNames: classes } as const;
const closeButton = () => ({ "aria-label": i18next.t("components:dialog.close") });

/** Say that something was done. */
export function toastDone(message: string): void {
  notifications.show({
    ...shared,
    closeButtonProps: closeButton(),
    message,
    icon: <IconCheck size={18} />,
    autoClose: SHOWN_MS,
    role: "status",
  });
}

/** Say that something failed, where there is no form to say it beside. Stays until it is closed. */
export function toastFailed(error: unknown): void {
  const known = error instanceof ApiProblem && error.title !== "";
  if (known) void loadProblemTexts().finally(() => showFailed(problemTextsOf(error)));
  else showFailed(null);
}

function showFailed(texts: ProblemTexts | null): void {
  notifications.show({
    ...shared,
    closeButtonProps: closeButton(),
    title: texts?.title ?? i18next.t("components:error.connection.title"),
    message: texts?.nextAction ?? i18next.t("components:error.connection.nextAction"),
    icon: <IconAlertTriangle size={18} />,
    autoClose: false,
    role: "alert",
    "data-failed": true,
  });
}

interface Undoable {
  /** What is about to happen, as if it had happened. */
  message: string;
  run: () => Promise<unknown>;
  onUndone?: () => void;
  onFailed?: () => void;
  /** The rows that it is about: a failure is said beside them, and at the bottom where one is not shown. */
  rows?: readonly string[];
}

/** Do something in ten seconds, unless it is undone before. What is pending when the page is left is done then. */
export function undoable({ message, run, onUndone, onFailed, rows }: Undoable): void {
  const id = crypto.randomUUID();
  const pending = scheduleUndoable({
    run,
    onSettled: () => notifications.hide(id),
    onFailed: (error) => {
      onFailed?.();
      if (!rows || !sayBesideRows(rows, error)) toastFailed(error);
    },
  });
  notifications.show({
    ...shared,
    id,
    closeButtonProps: closeButton(),
    autoClose: false,
    onClose: () => void pending.runNow(),
    role: "status",
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            if (pending.undo()) onUndone?.();
          }}
        >
          {i18next.t("components:undo")}
        </Button>
      </Group>
    ),
  });
}
