import { CloseButton, Popover } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ProblemAlert } from "./ProblemAlert";
import classes from "./ProblemBeside.module.css";

interface Props {
  /** What failed; nothing is shown for none. */
  error: unknown;
  onClose: () => void;
  /** The button or menu of the command, beside which the refusal stands until it is closed. */
  children: ReactNode;
}

/**
 * A button or menu of a row, with the refusal of its command and what to do now beside it: until it is closed, or the
 * button is used again.
 */
export function ProblemBeside({ error, onClose, children }: Props) {
  return (
    <span className={classes.target}>
      <span className={classes.command} onClickCapture={error ? onClose : undefined}>
        {children}
      </span>
      {Boolean(error) && <Refusal error={error} onClose={onClose} />}
    </span>
  );
}

function Refusal({ error, onClose }: Omit<Props, "children">) {
  const { t } = useTranslation("components");
  return (
    <Popover
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      position="bottom-end"
      width={320}
      shadow="md"
      withRoles={false}
    >
      <Popover.Target>
        <span className={classes.corner} />
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <div className={classes.problem}>
          <ProblemAlert error={error} />
          <CloseButton aria-label={t("dialog.close")} onClick={onClose} />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
