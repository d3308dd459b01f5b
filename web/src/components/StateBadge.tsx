import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleMinus,
  IconCircleX,
  IconClock,
  IconProgress,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./StateBadge.module.css";

const ICONS = {
  ok: IconCircleCheck,
  waiting: IconClock,
  attention: IconAlertTriangle,
  failed: IconCircleX,
  running: IconProgress,
  off: IconCircleMinus,
} as const;

export type Tone = keyof typeof ICONS;

/** A state in words with an icon: its color alone says nothing. */
export function StateBadge({ tone, children }: { tone: Tone; children: ReactNode }) {
  const Icon = ICONS[tone];
  return (
    <span className={classes.badge} data-tone={tone}>
      <Icon size={14} stroke={2} aria-hidden="true" />
      {children}
    </span>
  );
}
