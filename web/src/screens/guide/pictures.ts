/** The learner's pages as pictures, which tests/browser/test_guide.py takes of the real ones. */

import knownInvitation from "./pictures/known-1-invitation.png";
import knownCourses from "./pictures/known-2-courses.png";
import newInvitation from "./pictures/new-1-invitation.png";
import newCourses from "./pictures/new-2-courses.png";

export interface Picture {
  step: "invitation" | "courses";
  address: string;
}

/** What somebody sees who has no account yet, and somebody who has one. */
export const WAYS = {
  new: [
    { step: "invitation", address: newInvitation },
    { step: "courses", address: newCourses },
  ],
  known: [
    { step: "invitation", address: knownInvitation },
    { step: "courses", address: knownCourses },
  ],
} as const satisfies Record<string, readonly Picture[]>;

export type Way = keyof typeof WAYS;
